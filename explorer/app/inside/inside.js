// The Inside tab: one word and its noise above, below them a part for each question. Here is what the parts share: the
// state, the present pictures (as they are, and changed), and the long work, one at a time.

const find = (selector) => element.querySelector(selector);
const root = find(".gi");
const word = find(".gi-word");
const [tab, tabAfter, tabLong] = [newMailbox(), newMailbox(), newMailbox()];
const REST = 500; // milliseconds without a key press after which a text that cannot be drawn is spoken about

// name: title, what the part is about, what it does when it is shown, and when the present pictures have changed.
const parts = {};
const state = insideFrom(location.search);
const given = editsFrom(location.search);
const remember = addressBar("inside", ["w", "s", "psi", "part", "layer", "off", "push"], () => insideFields(state));
const works = longWork({ tab: tabLong, begin: server.begin, look: server.look, stop: server.give_up });

let shown = null; // { reply, ask } of the present pictures
let opened = 0; // the tile that the parts look at
let resting = null;
let trouble = null;
const edits = { off: [], push: [], region: null }; // what the changed pictures have beside the word

function insideFrom(search) {
  const query = new URLSearchParams(search);
  return {
    w: (query.get("w") ?? "slipper").slice(0, 200),
    s: seedFrom(query.get("s") ?? "") ?? "0",
    psi: between(query.get("psi"), 0, 1.5, 1),
    part: query.get("part") ?? "",
    layer: (query.get("layer") ?? "").slice(0, 40), // "" is one in the middle
  };
}

// off=blocks.1:3.17 are two units, push=pca|0|1.5 is a direction's slider; what is none of ours the server refuses.
function editsFrom(search) {
  const query = new URLSearchParams(search);
  const off = query.getAll("off").slice(0, 32).flatMap((text) => {
    const [layer, units = ""] = text.split(":");
    return units.split(".").filter((unit) => /^[0-9]{1,4}$/.test(unit)).map((unit) => [layer.slice(0, 40), Number(unit)]);
  });
  const push = query.getAll("push").slice(0, 16).map((text) => text.split("|")).filter(([method, which]) => method === "own" ? which : ["pca", "sefa"].includes(method) && /^[0-9]{1,2}$/.test(which));
  return {
    off: off.slice(0, 256),
    push: push.map(([method, which, amount]) => [method, method === "own" ? which.slice(0, 60) : Number(which), between(amount, -3, 3, 0)]),
  };
}

function insideFields({ w, s, psi, part, layer }) {
  const fields = [["w", w]];
  if (s !== "0") fields.push(["s", s]);
  if (psi !== 1) fields.push(["psi", psi]);
  if (part !== Object.keys(parts)[0]) fields.push(["part", part]);
  if (part === "units") {
    if (layer) fields.push(["layer", layer]);
    for (const name of new Set(edits.off.map(([name]) => name))) {
      const units = edits.off.filter(([other]) => other === name).map(([, unit]) => unit);
      fields.push(["off", `${name}:${units.join(".")}`]);
    }
  }
  if (part === "axes") for (const push of moved()) fields.push(["push", push.join("|")]);
  return fields;
}

function askNow(mailbox = tab) {
  return { tab: mailbox, w: state.w, s: state.s, psi: state.psi, c: page.generator };
}

function changedAsk() {
  const ask = { ...askNow(tabAfter), off: edits.off, push: edits.push };
  if (edits.region && edits.off.length) ask.region = edits.region;
  return ask;
}

const before = livePicture({ canvas: find(".gi-before .gx-canvas"), draw: server.draw, painted, refused, waiting });
const after = livePicture({
  canvas: find(".gi-after .gx-canvas"),
  draw: server.draw,
  painted(reply) {
    reply.bitmap.close();
    parts[state.part].changed?.(reply);
  },
  refused(reply) {
    if (reply.kind !== "unknown" && reply.message !== trouble?.message) say(reply.message);
  },
  waiting() {},
});

function painted(reply, ask) {
  const others = JSON.stringify(shown?.ask) !== JSON.stringify(ask);
  shown?.reply.bitmap.close();
  shown = { reply, ask };
  root.dataset.state = "drawn";
  if (ask.w === state.w) {
    trouble = null;
    showTrouble();
  }
  put(document.querySelector(".gx-device"), reply.device);
  fitTiles(reply, ask.w);
  describe(find(".gi-before .gx-canvas"), `${reply.count} pictures of ${ask.w}`);
  if (others) parts[state.part].fresh?.();
}

function refused(reply, ask) {
  if (ask.w !== state.w && reply.kind !== "gone") return;
  trouble = reply;
  if (find(".gi-status").textContent === reply.message) say(""); // once is enough
  clearTimeout(resting);
  resting = setTimeout(showTrouble, REST);
}

function showTrouble() {
  clearTimeout(resting);
  find(".gi-trouble").hidden = !trouble;
  root.classList.toggle("gx-in-trouble", Boolean(trouble));
  word.setAttribute("aria-invalid", String(Boolean(trouble)));
  put(find(".gi-trouble .gx-sentence"), trouble?.message ?? "");
  chips(find(".gi-suggestions"), trouble?.suggestions ?? [], "Draw");
  if (trouble && !shown) root.dataset.state = "empty";
}

function waiting(isSlow) {
  root.classList.toggle("gx-slow", isSlow);
}

function say(text) {
  put(find(".gi-status"), text);
}

// Draw both grids anew: the word, its noise or the generator is another one.
function redraw() {
  showControls();
  remember();
  if (!state.w.trim()) return refused({ kind: "empty", message: "Type a word to see pictures of it." }, askNow());
  before.want(askNow());
  change();
}

// Draw the changed grid anew.
function change() {
  say("");
  if (state.w.trim() && parts[state.part].pair) after.want(changedAsk());
}

function showControls() {
  const seed = find(".gx-seed");
  if (document.activeElement !== seed) seed.value = state.s;
  const psi = find(".gi-psi");
  psi.value = state.psi;
  fill(psi);
  put(find(".gi-psi-out"), state.psi.toFixed(2));
}

// --- the tiles -------------------------------------------------------------------------------------------------------

const layer = find(".gi-before .gx-tiles");

function fitTiles(reply, text) {
  layer.style.gridTemplateColumns = `repeat(${reply.columns}, 1fr)`;
  const buttons = children(layer, reply.count, () => {
    const button = made("button", "gx-tile");
    button.type = "button";
    return button;
  });
  opened = Math.min(opened, reply.count - 1);
  buttons.forEach((button, i) => {
    describe(button, `Look at picture ${i + 1} of ${text}`);
    button.ariaPressed = String(i === opened);
    button.tabIndex = i === opened ? 0 : -1;
  });
}

function openTile(index) {
  if (!shown || index < 0 || index >= shown.reply.count) return;
  opened = index;
  fitTiles(shown.reply, shown.ask.w);
  parts[state.part].opened?.();
}

layer.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) openTile([...layer.children].indexOf(button));
});
layer.addEventListener("keydown", (event) => {
  const columns = shown?.reply.columns ?? 1;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (!step) return;
  event.preventDefault();
  openTile(opened + step);
  layer.children[opened]?.focus();
});

// --- words and noise -------------------------------------------------------------------------------------------------

word.addEventListener("input", () => {
  state.w = word.value;
  redraw();
});
find(".gi-ask").addEventListener("submit", (event) => {
  event.preventDefault();
  showTrouble();
});
find(".gi-suggestions").addEventListener("click", (event) => {
  const chip = event.target.closest("[data-word]");
  if (!chip || !trouble) return;
  const { word: unknown = "", position = 0 } = trouble;
  const typed = state.w.slice(position, position + unknown.length);
  const fits = unknown && typed.toLowerCase() === unknown.toLowerCase();
  state.w = fits ? state.w.slice(0, position) + chip.dataset.word + state.w.slice(position + unknown.length) : chip.dataset.word;
  word.value = state.w;
  redraw();
});
find(".gx-seed").addEventListener("input", (event) => {
  const seed = seedFrom(event.target.value);
  event.target.setAttribute("aria-invalid", String(seed === null));
  if (seed === null) return;
  state.s = seed;
  redraw();
});
find(".gi-shuffle").addEventListener("click", () => {
  state.s = String(Math.floor(Math.random() * 100000));
  redraw();
});
find(".gi-psi").addEventListener("input", (event) => {
  state.psi = Number(event.target.value);
  redraw();
  parts[state.part].psi?.();
});
find(".gi-download").addEventListener("click", async () => {
  const reply = await server.draw({ ...changedAsk(), region: undefined, save: true, tab: `${tabAfter}.save` });
  if (reply?.ok) saveBlob(decoded(reply.png), fileName(`${state.w}-${state.part}`, state.s));
  else say(reply?.message ?? "The picture could not be saved; try again.");
});

// --- the parts -------------------------------------------------------------------------------------------------------

function showPart(name) {
  state.part = Object.hasOwn(parts, name) ? name : Object.keys(parts)[0];
  root.dataset.part = state.part;
  for (const button of find(".gi-parts").children) button.ariaPressed = String(button.dataset.part === state.part);
  const tabs = find(".gi-parts");
  const chosen = tabs.querySelector("[aria-pressed=true]"); // on a phone the row is wider than the page
  tabs.scrollLeft = chosen.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - chosen.offsetWidth) / 2;
  for (const node of root.querySelectorAll("[data-in]")) node.hidden = !node.dataset.in.split(" ").includes(state.part);
  put(find(".gi-lead"), parts[state.part].lead);
  find(".gi-ask").hidden = Boolean(parts[state.part].wordless);
  const off = given.off.splice(0); // once
  edits.off = state.part === "units" ? off : [];
  edits.push = [];
  parts[state.part].show?.();
  if (shown) parts[state.part].fresh?.();
  remember();
  change();
}

find(".gi-parts").addEventListener("click", (event) => {
  if (event.target.dataset.part) showPart(event.target.dataset.part);
});

// Called by the last script, when all parts are there.
function openInside() {
  for (const [name, { title }] of Object.entries(parts)) {
    const button = made("button", "", title);
    button.type = "button";
    button.dataset.part = name;
    find(".gi-parts").append(button);
  }
  word.value = state.w;
  showPart(state.part);
  page.addEventListener("generator", () => {
    for (const part of Object.values(parts)) part.forget?.();
    shown = null;
    root.dataset.state = "loading";
    redraw();
    parts[state.part].show?.();
  });
  redraw();
}
