// @ts-check
// Directions: a slider for each of the ways in which the pictures change most, and for those that were named.

import { createNode, GONE, setText } from "../shared/web/dom.js";
import { page } from "../shared/web/page.js";
import { offerUndo } from "../shared/web/undo.js";

const REACH = 3; // standard deviations, either way

/** @param {Inside} inside @param {any[]} given those of the address */
export function directionsPart(inside, given) {
  const { find, edits, server, requestNow, taskMailbox, tasks, change, remember } = inside;
  const axesList = find(".gi-axes");
  let shares = null; // by method
  let own = []; // [name, about] of the user's own
  let method = given[0]?.[0] ?? "pca";
  const amounts = new Map(given.map(([by, which, amount]) => [JSON.stringify([by, which]), amount])); // by [method, which] as text

  const part = {
    title: "Directions",
    lead: "The directions of z along which the pictures change most, found without any label. Move one, see what it does, and give it a name.",
    pair: true,
    show() {
      showAxes();
      if (!shares) findAxes();
    },
    /** those of the sliders that are not at 0 */
    moved,
    /** another style has directions of its own, at the same sliders */
    restyled() {
      shares = null;
      edits.push = pushes();
    },
    /** the address says other amounts @param {any[]} push */
    restore(push) {
      amounts.clear();
      for (const [by, which, amount] of push) amounts.set(JSON.stringify([by, which]), amount);
    },
    forget() {
      shares = null;
      own = [];
      amounts.clear();
      edits.push = [];
    },
  };

  async function findAxes() {
    const of = page.generator;
    const { style } = requestNow();
    const reply = await tasks.run(find(".gi-axes-work"), { ...requestNow(taskMailbox), w: "", work: "axes" });
    if (!reply || of !== page.generator || style !== requestNow().style) return;
    shares = reply.shares;
    await editNamed({});
    showAxes();
    if (edits.push.length) change(); // those of the address had to wait for this
  }

  // Save, rename or delete one of the user's own directions, and show what went wrong. Gives whether nothing did.
  async function editNamed(what) {
    const { style } = requestNow(); // the found directions are this style's
    const request = { tab: taskMailbox, w: "", c: page.generator, ...what };
    if (style) request.style = style;
    const reply = await server.saved_directions(request).catch(() => null);
    if (reply?.ok) own = reply.own;
    setText(find(".gi-axes-say"), reply?.ok ? "" : (reply?.message ?? GONE));
    return Boolean(reply?.ok);
  }

  function moved() {
    return [...amounts].filter(([, amount]) => amount).map(([key, amount]) => [...JSON.parse(key), amount]).slice(0, 16);
  }

  // Those that can be drawn: found ones only once they are found.
  function pushes() {
    return moved().filter(([by]) => by === "own" || shares);
  }

  function showAxes() {
    for (const button of find(".gi-methods").children) button.ariaPressed = String(button.dataset.method === method);
    const rows = method === "own" ? own.map(([name, about]) => [name, name, about]) : (shares?.[method] ?? []).map((share, i) => [i, `Direction ${i + 1}`, `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`]);
    axesList.replaceChildren(...rows.map(([which, name, note]) => axisRow(JSON.stringify([method, which]), which, name, note)));
    if (shares && !find(".gi-axes-say").textContent) {
      const total = (shares[method] ?? []).reduce((sum, share) => sum + share, 0);
      setText(find(".gi-axes-say"), method === "own" ? (own.length ? "" : "You have named none yet: move a slider of PCA or SeFa and press Name.") : `Together these ten make ${Math.round(100 * total)} % of what z changes.`);
    }
    showPushes();
  }

  function axisRow(key, which, name, note) {
    const row = createNode("li", "gi-axis");
    row.dataset.key = key;
    const line = createNode("div", "gx-line");
    const title = createNode("span", "gi-axis-name", name);
    const about = createNode("span", "gi-axis-note", note);
    const out = createNode("output");
    const buttons = createNode("span", "gi-axis-buttons");
    const button = (text, act) => {
      const node = createNode("button", "gx-chip", text);
      node.type = "button";
      node.setAttribute("aria-label", `${text} ${name}`);
      node.addEventListener("click", act);
      buttons.append(node);
    };
    if (page.menu?.read_only) buttons.hidden = true;
    else if (method === "own") {
      button("Rename", () => nameRow(row, name, (to) => editNamed({ do: "rename", name, to }).then((done) => done && renamed(key, to))));
      button("Delete", () => editNamed({ do: "delete", name }).then((done) => done && renamed(key, null)));
    } else {
      button("Name", () => nameRow(row, "", (to) => editNamed({ do: "save", method, which, name: to }).then((done) => done && kept(to))));
    }
    const range = Object.assign(createNode("input"), { type: "range", min: -REACH, max: REACH, step: 0.05, value: amounts.get(key) ?? 0 });
    range.setAttribute("aria-label", `${name}, standard deviations`);
    range.addEventListener("input", () => {
      amounts.set(key, Number(range.value));
      showPushes();
      change();
    });
    range.addEventListener("dblclick", () => {
      range.value = 0;
      range.dispatchEvent(new Event("input"));
    });
    line.append(title, about, buttons, out);
    row.append(line, range);
    return row;
  }

  function nameRow(row, present, done) {
    row.querySelector("form")?.remove();
    const form = createNode("form", "gi-naming");
    const box = Object.assign(createNode("input", "gi-name"), { value: present, maxLength: 60, placeholder: "A name for what it does", autocomplete: "off" });
    const save = Object.assign(createNode("button", "gx-icon gx-wide", "Save"), { type: "submit" });
    form.append(box, save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (box.value.trim()) done(box.value.trim());
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") form.remove();
    });
    row.append(form);
    box.focus();
  }

  function kept(name) {
    setText(find(".gi-axes-say"), `Saved as ${name}: it waits under Mine.`);
    showAxes();
  }

  function renamed(key, to) {
    const amount = amounts.get(key);
    amounts.delete(key);
    if (to !== null && amount) amounts.set(JSON.stringify(["own", to]), amount);
    showAxes();
    change();
  }

  function showPushes() {
    edits.push = pushes();
    for (const row of axesList.children) {
      const amount = amounts.get(row.dataset.key) ?? 0;
      const range = row.querySelector("input[type=range]");
      if (Number(range.value) !== amount) range.value = amount;
      range.style.setProperty("--from", `${50 + Math.min(0, amount / REACH) * 50}%`);
      range.style.setProperty("--to", `${50 + Math.max(0, amount / REACH) * 50}%`);
      setText(row.querySelector("output"), `${amount > 0 ? "+" : amount < 0 ? "−" : ""}${Math.abs(amount).toFixed(2)} σ`);
    }
    remember();
    find(".gi-centre").disabled = !edits.push.length;
    setText(find(".gi-after-title"), edits.push.length ? (edits.push.length === 1 ? "Along 1 direction" : `Along ${edits.push.length} directions`) : "Moved nowhere yet");
  }

  find(".gi-methods").addEventListener("click", (event) => {
    if (!event.target.dataset.method) return;
    method = event.target.dataset.method;
    setText(find(".gi-axes-say"), "");
    showAxes();
    if (!shares) findAxes();
  });
  find(".gi-centre").addEventListener("click", () => {
    amounts.clear();
    showPushes();
    change();
    offerUndo("All directions are at 0.");
  });

  return part;
}
