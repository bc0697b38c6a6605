// The Arithmetic tab: its state with its twin in the address bar, its three views, and sums of words.

const find = (selector) => element.querySelector(selector);
const root = find(".gx-arithmetic");
const VIEWS = {
  words: "Add words and take them away: each term's own pictures, and below what their sum looks like.",
  pictures: "Choose three or more pictures for a term. What they have in common is added and taken away.",
  axes: "A pair of words is an axis: move any word along it.",
};
const TERMS = { plus: 1, minus: -1, more: 1 };
const MOST_TILES = 15;
const MOST_AXES = 6;
const TRIES = ["boots - leather + summer", "coat - winter + summer", "dress - long + short", "sneakers + boots"];
const PAIRS = [["small", "big", 0], ["summer", "winter", 0]];

const query = new URLSearchParams(location.search);
const own = query.get("tab") === "arithmetic"; // else the address is still another tab's
const mine = (name) => (own ? query.get(name) : null);
const typed = (query.get("w") ?? "").slice(0, 200);
const state = {
  view: Object.hasOwn(VIEWS, mine("view") ?? "") ? mine("view") : "words",
  sum: own && mine("view") === null ? typed : /[-+*] /.test(typed) ? typed : "", // a sum typed elsewhere comes along
  w: own && mine("view") !== null ? typed : "",
  s: seedFrom(query.get("s") ?? "") ?? "0",
  psi: between(query.get("psi"), 0, 1.5, 1),
  plus: tileNamesFrom(mine("plus"), MOST_TILES),
  minus: tileNamesFrom(mine("minus"), MOST_TILES),
  more: tileNamesFrom(mine("more"), MOST_TILES),
  noise: between(mine("noise"), 0, 1, 0.25),
  axes: own ? query.getAll("axis").slice(0, MOST_AXES).map(axisFrom) : [],
};

// small|big|0.5
function axisFrom(text) {
  const [from = "", to = "", amount = "0"] = text.split("|").map((part) => part.slice(0, 200));
  return [from, to, between(amount, -2, 2, 0)];
}

function fields() {
  const written = state.view === "words" ? [["w", state.sum]] : [["view", state.view], ["w", state.w]];
  if (state.s !== "0") written.push(["s", state.s]);
  if (state.psi !== 1) written.push(["psi", state.psi]);
  if (state.view === "pictures") {
    for (const term of Object.keys(TERMS)) if (state[term].length) written.push([term, state[term].join(",")]);
    if (state.noise !== 0.25) written.push(["noise", state.noise]);
  }
  if (state.view === "axes") for (const axis of state.axes) written.push(["axis", axis.join("|")]);
  return written;
}

const remember = addressBar("arithmetic", ["view", "w", "s", "psi", "noise", "axis", ...Object.keys(TERMS)], fields);
const trouble = troubles(root, replaceWord);
const slow = (isSlow) => root.classList.toggle("gx-slow", isSlow);
const refused = (reply) => trouble.show(reply, root.querySelectorAll(".gx-view:not([hidden]) :is(.gx-box, .gx-expression)"));
let saying = null;

function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => put(find(".gx-status"), text), 700);
}

function drawn(reply) {
  trouble.hide();
  root.dataset.state = "drawn";
  showDevice(reply);
}

function list(pairs) {
  return pairs.map(([name]) => name).join(", ");
}

// --- sums of words -----------------------------------------------------------------------------------------------------

const sumBox = newMailbox();
const summed = livePicture({ canvas: find(".gx-result"), draw: server.sum, painted: showSum, refused, waiting: slow });
const sumAsk = () => ({ tab: sumBox, c: page.generator, w: state.sum, s: state.s, psi: state.psi });

// The operands' pictures, each a canvas under its label; those of an older reply are dropped.
let newest = null;
async function showOperands(parent, reply, size) {
  newest = reply;
  const bitmaps = await Promise.all(reply.operands.map((operand) => createImageBitmap(decoded(operand.png))));
  if (newest !== reply) return;
  const items = children(parent, bitmaps.length, () => {
    const item = made("li");
    const picture = made("canvas");
    picture.setAttribute("role", "img");
    item.append(made("span"), picture);
    return item;
  });
  items.forEach((item, i) => {
    const [label, canvas] = item.children;
    const operand = reply.operands[i];
    const text = (i ? operand.label : operand.label.replace(/^\+ /, "")).replace(/^-/, "−");
    put(label, size ? size(operand, i) : text);
    paintTiles(canvas, bitmaps[i], operand);
    bitmaps[i].close();
    describe(canvas, `${operand.count} pictures of ${text}`);
    item.dataset.sign = operand.weight < 0 ? "minus" : "plus";
  });
}

function showSum(reply, ask) {
  drawn(reply);
  showOperands(find(".gx-grids"), reply);
  put(find(".gx-summed"), ask.w);
  const words = children(find(".gx-words"), reply.nearest.length, () => {
    const item = made("li");
    item.append(made("span"), made("i"), made("b"));
    return item;
  });
  words.forEach((item, i) => {
    const [word, cosine] = reply.nearest[i];
    const [name, bar, number] = item.children;
    put(name, word);
    bar.style.setProperty("--share", `${Math.max(0, Math.min(1, cosine)) * 100}%`);
    put(number, cosine.toFixed(2));
  });
  put(find(".gx-far-sentence"), page.deaf ? `${page.offer.family} hears no words: all these pictures differ by their noise alone. Add and take away pictures instead.` : [reply.far, ...reply.hints].join(" "));
  const seen = reply.seen.filter(([, share]) => share > 0);
  put(find(".gx-drawn-as"), seen.length ? `The judge sees ${seen.map(([label, share]) => `${label} in ${Math.round(share * reply.count)}`).join(", ")} of ${reply.count} pictures.` : "");
  describe(find(".gx-result"), `${reply.count} pictures of ${ask.w}`);
  say(`${ask.w}: near ${list(reply.nearest.slice(0, 3))}`);
}

find(".gx-expression").addEventListener("input", (event) => set({ sum: event.target.value.slice(0, 200) }));
find(".gx-tries").addEventListener("click", (event) => {
  const { word } = event.target.closest("[data-word]")?.dataset ?? {};
  if (word) set({ sum: word });
});

// --- the views ---------------------------------------------------------------------------------------------------------

const showView = choice(find(".gx-views"), (view) => set({ view }));

function set(fields) {
  Object.assign(state, fields);
  changed();
}

for (const button of root.querySelectorAll(".gx-shuffle")) button.addEventListener("click", () => set({ s: randomSeed() }));

function fit(box, text) {
  if (document.activeElement !== box || box.value.slice(0, 200) !== text) box.value = text;
}

function changed() {
  root.dataset.view = state.view;
  put(find(".gx-what"), VIEWS[state.view]);
  for (const view of root.querySelectorAll(".gx-view")) view.hidden = view.dataset.of !== state.view;
  showView(state.view);
  trouble.hide();
  if (state.view === "words") {
    fit(find(".gx-expression"), state.sum);
    summed.want(sumAsk());
  }
  if (state.view === "pictures") picksChanged();
  if (state.view === "axes") axesChanged();
  remember();
}

function replaceWord(word, other) {
  if (!word) return;
  if (state.view === "words") state.sum = replacedIn(state.sum, word, other);
  else {
    state.w = replacedIn(state.w, word, other);
    if (state.view === "axes") state.axes = state.axes.map(([from, to, amount]) => [replacedIn(from, word, other), replacedIn(to, word, other), amount]);
  }
  changed();
}
