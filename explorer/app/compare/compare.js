// The Compare tab: which generators are compared, which of its two views is on show, and what the address says of that.

const find = (selector) => element.querySelector(selector);
const root = find(".gc");
const WHAT = {
  side: "Generators next to each other: what they draw from the same latents, and what a judge finds when it measures all of them alike.",
  grid: "One picture for every pair of values: choose what grows to the right and what grows downwards.",
};
const MOST_COMPARED = 12;
const MOST_VALUES = 256; // of one side of a grid
const SIDES = ["x", "y"];
const GROWS = ["psi", "word", "seed", "checkpoint", "epoch"]; // along a side of a grid
const state = compareFrom(location.search);
const FIELDS = ["view", "of", "n", "w", "s", "psi", "x", "xv", "y", "yv"];
const remember = addressBar("compare", FIELDS, compareFields);

let offered = null; // what the families are, see offer()

function compareFrom(search) {
  const query = new URLSearchParams(search);
  const values = (name, most) => query.getAll(name).slice(0, most).map((value) => value.slice(0, 300));
  return {
    view: query.get("view") === "grid" ? "grid" : "side",
    of: [...new Set(values("of", MOST_COMPARED))], // none: those of compared()
    n: query.get("n") === "5000" ? 5000 : 1000,
    w: (query.get("w") ?? "").slice(0, 200), // "" is the first example
    s: seedFrom(query.get("s") ?? "") ?? "0",
    psi: between(query.get("psi"), 0, 1.5, 1),
    x: GROWS.includes(query.get("x")) ? query.get("x") : "psi",
    xv: values("xv", MOST_VALUES), // none: the usual ones
    y: ["", ...GROWS].includes(query.get("y")) ? query.get("y") : "word", // "": one row
    yv: values("yv", MOST_VALUES),
  };
}

function compareFields() {
  const fields = state.of.map((name) => ["of", name]);
  if (state.n !== 1000) fields.push(["n", state.n]);
  if (state.s !== "0") fields.push(["s", state.s]);
  if (state.view !== "grid") return fields;
  fields.unshift(["view", "grid"]);
  if (state.w) fields.push(["w", state.w]);
  if (state.psi !== 1) fields.push(["psi", state.psi]);
  for (const side of SIDES) {
    fields.push([side, state[side]]);
    for (const value of state[`${side}v`]) fields.push([`${side}v`, value]);
  }
  return fields;
}

function lineOf(name) {
  return page.menu?.checkpoints.find((line) => line.name === name);
}

// Those that can be opened, in the order in which they were chosen; without a choice, the header's and others like it.
function compared() {
  if (state.of.length) return state.of.filter((name) => lineOf(name) && !lineOf(name).error);
  const here = page.offer;
  if (!here || here.error) return [];
  const like = (line) => !line.error && line.kimg === null && String(line.examples) === String(here.examples);
  return [here.name, ...page.menu.checkpoints.filter((line) => like(line) && line.name !== here.name).map(({ name }) => name)].slice(0, 3);
}

// What cannot be shown of the choice, in sentences.
function missing() {
  return state.of.filter((name) => !lineOf(name) || lineOf(name).error).map((name) => [name, lineOf(name)?.error ?? "There is no generator of that name here."]);
}

// Chosen generators as chips, and a menu of the others. changed(names): called when a hand chose. Gives show(names).
function chooser(list, most, changed) {
  let names = [];
  const adding = made("select", "gc-add");
  describe(adding, "Add a generator");
  adding.addEventListener("change", () => {
    if (adding.value) changed([...names, adding.value].slice(0, most));
  });
  list.addEventListener("click", (event) => {
    const away = event.target.closest(".gc-away");
    if (away) changed(names.filter((name) => name !== away.dataset.name));
  });

  function chip() {
    const item = made("li", "gc-chip");
    const away = made("button", "gc-away", "×");
    away.type = "button";
    item.append(made("i", "gc-dot"), made("span", "gc-name"), made("span", "gc-family"), away);
    return item;
  }

  return (next, colours = []) => {
    names = next;
    adding.parentElement?.remove();
    children(list, names.length, chip).forEach((item, i) => {
      const [dot, name, family, away] = item.children;
      const line = lineOf(names[i]);
      dot.hidden = !colours[i];
      if (colours[i]) dot.style.background = colours[i];
      item.classList.toggle("gc-is-missing", !line || Boolean(line.error));
      put(name, names[i]);
      put(family, line?.family ?? "");
      away.dataset.name = names[i];
      away.title = `Leave ${names[i]} out`;
      describe(away, away.title);
      away.hidden = names.length < 2;
    });
    const others = (page.menu?.checkpoints ?? []).filter((line) => !names.includes(line.name));
    const option = (line) => {
      const one = made("option", "", `${line.name}${line.family ? ` · ${line.family}` : ""}`);
      [one.value, one.disabled] = [line.name, Boolean(line.error)];
      return one;
    };
    const groups = [["Generators", others.filter((line) => line.kimg === null)], ["Trainings", others.filter((line) => line.kimg !== null)]];
    const first = made("option", "", "+ Generator");
    first.value = "";
    adding.replaceChildren(
      first,
      ...groups.filter(([, lines]) => lines.length).map(([label, lines]) => {
        const group = made("optgroup");
        group.label = label;
        group.append(...lines.map(option));
        return group;
      }),
    );
    adding.value = "";
    adding.hidden = !others.length || names.length >= most;
    const last = made("li", "gc-adding");
    last.append(adding);
    list.append(last);
  };
}

function say(text) {
  put(find(".gc-status"), text);
}

function showView() {
  showViews(state.view);
  root.dataset.view = state.view;
  put(find(".gx-what"), WHAT[state.view]);
  for (const view of root.querySelectorAll(".gc-view")) view.hidden = view.dataset.of !== state.view;
}

const showViews = choice(find(".gc-views"), (view) => {
  state.view = view;
  openView();
});
