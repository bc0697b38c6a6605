// The Explore tab: one state, every control writes to it, and every change asks for new pictures at once.

const REST = 500; // milliseconds without a key press after which a text that cannot be drawn is spoken about
const find = (selector) => element.querySelector(selector);
const root = find(".gx");
const word = find(".gx-word");
const tab = newMailbox();

const state = stateFrom(location.search);
const remember = addressBar("explore", FIELDS, () => fieldsOf(state));
let locked = true;
let dial = null;
let last = null; // { reply, ask } of the picture on show
let trouble = null; // { reply, ask } of a text that cannot be drawn
let settled = true; // nobody is in the middle of typing
let resting = null;
let saying = null;
let opened = -1; // the tile in the dialog, see one.js

const picture = livePicture({ canvas: find(".gx-canvas"), draw: server.draw, painted, refused, waiting });
const tiles = tileButtons(find(".gx-tiles"), openTile);
const showFamily = familyDials(root, state, changed);

function changed() {
  showControls();
  remember();
  if (state.w.trim()) picture.want(askFrom(state, tab));
  else refused({ kind: "empty", message: "Type a word to see pictures of it." }, askFrom(state, tab));
}

function type(text) {
  state.w = text.slice(0, 200);
  word.value = state.w;
  settle();
  freshSeed();
  changed();
}

function settle() {
  clearTimeout(resting);
  settled = true;
  if (trouble?.ask.w === state.w) showTrouble();
}

function freshSeed() {
  if (!locked && state.view !== "kept") state.s = String(Math.floor(Math.random() * 100000));
}

// What the pictures are of: a word, where that is heard.
function subject(reply, ask) {
  return isDeaf(reply.hears) ? "no word" : ask.w;
}

function painted(reply, ask) {
  if (reply.late && last?.ask.c === ask.c) keepHands(reply, last.reply);
  last?.reply.bitmap.close();
  last = { reply, ask };
  root.dataset.state = "drawn";
  if (ask.w === state.w) hideTrouble();
  showHeard(root, reply);
  showTold(root, reply);
  const name = subject(reply, ask);
  const heard = !isDeaf(reply.hears);
  tiles.fit(reply, name, (i) => state.kept.includes(nameOf(i)));
  const most = heard && reply.table.length ? `, most like ${reply.table[0][0]}` : "";
  describe(find(".gx-canvas"), `${count(reply.count)} of ${name}${most}`);
  put(document.querySelector(".gx-device"), reply.device);
  put(document.querySelector("title"), `${name} · GAN Explorer`);
  if (opened >= 0 && opened < reply.count) paintLarge(find(".gx-large"), reply, opened);
  say(`${count(reply.count)} of ${name}${most}. ${heard ? reply.far.sentence : ""} ${verdict(reply)}`);
}

function refused(reply, ask) {
  if (ask.w !== state.w && reply.kind !== "gone") return;
  trouble = { reply, ask };
  if (last?.reply.late && reply.kind !== "gone") picture.want(last.ask); // nothing came after it: let a judge look now
  if (settled || reply.kind === "gone") showTrouble();
}

function waiting(isSlow) {
  root.classList.toggle("gx-slow", isSlow);
}

function showTrouble() {
  const { reply } = trouble;
  root.classList.add("gx-in-trouble");
  find(".gx-trouble").hidden = false;
  find(".gx-sentence").textContent = reply.message;
  chips(find(".gx-suggestions"), reply.suggestions ?? [], "Draw");
  word.setAttribute("aria-invalid", "true");
  if (!last) root.dataset.state = "empty";
  say(reply.message);
}

function hideTrouble() {
  trouble = null;
  root.classList.remove("gx-in-trouble");
  find(".gx-trouble").hidden = true;
  word.removeAttribute("aria-invalid");
}

// Screen readers hear where a change came to rest, not every step of a drag.
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => (find(".gx-status").textContent = text), 700);
}

function count(number) {
  return number === 1 ? "1 picture" : `${number} pictures`;
}

function nameOf(index) {
  return last.ask.z ? last.ask.z[index] : `${last.ask.s}.${index}`;
}

function showControls() {
  const set = (selector, value) => {
    const node = find(selector);
    if (document.activeElement !== node || node.type === "range") node.value = value;
  };
  set(".gx-seed", state.s);
  const psi = find(".gx-psi");
  [psi.min, psi.max] = state.mode === "smooth" ? [0, 1.5] : [0.05, 1];
  set(".gx-psi", state.psi);
  set(".gx-jitter", state.j);
  set(".gx-blend", state.b);
  for (const button of root.querySelectorAll("[data-mode]")) button.ariaPressed = String(button.dataset.mode === state.mode);
  for (const button of root.querySelectorAll("[data-view]")) button.ariaPressed = String(button.dataset.view === state.view);
  const kept = find("[data-view=kept]");
  kept.hidden = !state.kept.length;
  put(kept, `Kept ${state.kept.length}`);
  root.dataset.showing = state.view;
  const lock = find(".gx-lock");
  lock.ariaPressed = String(locked);
  const meaning = locked ? "Seed locked: every word hears the same noise" : "Seed unlocked: Enter and every chosen word bring new noise";
  if (lock.title !== meaning) lock.title = lock.ariaLabel = meaning;
  showFamily();
  showDial(root, state, dial);
}

// --- words -----------------------------------------------------------------------------------------------------------

word.addEventListener("input", () => {
  state.w = word.value;
  settled = false;
  clearTimeout(resting);
  resting = setTimeout(settle, REST);
  changed();
});
find(".gx-ask").addEventListener("submit", (event) => {
  event.preventDefault();
  settle();
  freshSeed();
  changed();
});
word.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && trouble && last) type(last.ask.w); // back to the last word that drew
});
for (const group of [".gx-examples", ".gx-nearest", ".gx-bars"]) {
  find(group).addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-word]");
    if (chosen) type(chosen.dataset.word);
  });
}
find(".gx-suggestions").addEventListener("click", (event) => {
  const chip = event.target.closest("[data-word]");
  if (!chip || !trouble) return;
  const { word: unknown = "", position = 0 } = trouble.reply;
  const typed = state.w.slice(position, position + unknown.length);
  const fits = unknown && typed.toLowerCase() === unknown.toLowerCase();
  type(fits ? state.w.slice(0, position) + chip.dataset.word + state.w.slice(position + unknown.length) : chip.dataset.word);
  word.focus();
});

// --- noise -----------------------------------------------------------------------------------------------------------

for (const [selector, field] of [[".gx-psi", "psi"], [".gx-jitter", "j"], [".gx-blend", "b"]]) {
  find(selector).addEventListener("input", (event) => {
    state[field] = Number(event.target.value);
    changed();
  });
}
find(".gx-mode").addEventListener("click", (event) => {
  if (!event.target.dataset.mode) return;
  state.mode = event.target.dataset.mode;
  if (state.mode === "resample") state.psi = Math.min(1, Math.max(0.05, state.psi));
  changed();
});
find(".gx-view").addEventListener("click", (event) => {
  if (!event.target.dataset.view) return;
  state.view = event.target.dataset.view;
  changed();
});
find(".gx-seed").addEventListener("input", (event) => {
  const seed = seedFrom(event.target.value);
  event.target.setAttribute("aria-invalid", String(seed === null));
  if (seed === null) return;
  leaveKept();
  state.s = seed;
  changed();
});
find(".gx-seed").addEventListener("blur", (event) => {
  event.target.removeAttribute("aria-invalid");
  showControls();
});
find(".gx-shuffle").addEventListener("click", () => {
  leaveKept();
  state.s = String(Math.floor(Math.random() * 100000));
  changed();
});
find(".gx-lock").addEventListener("click", () => {
  locked = !locked;
  showControls();
});

function leaveKept() {
  if (state.view === "kept") state.view = DEFAULTS.view;
}

// --- opening -------------------------------------------------------------------------------------------------------

let unsaid = new URLSearchParams(location.search).has("w") ? null : state.w; // the word to begin with, till another is said
word.value = state.w;
if (page.alone) {
  word.focus({ preventScroll: true });
  word.select();
}
page.addEventListener("generator", changed);
changed();
page.follow("menu", showOffers);
page.addEventListener("generator", showOffers);
page.addEventListener("menu", () => (state.t !== DEFAULTS.t || state.k.length) && changed()); // perhaps they are not heard

// Until somebody says a word, it is one that the chosen generator was trained with.
function beginHere() {
  const first = page.offer?.examples.find((text) => /^[\p{L}\p{N} ]+$/u.test(text)); // a label may be anything
  if (unsaid === null || !first || unsaid === first) return;
  if (state.w !== unsaid) unsaid = null;
  else {
    unsaid = state.w = word.value = first;
    changed();
  }
}

// What the chosen generator knows, and the bounds of the dial.
function showOffers() {
  if (!page.menu) return;
  dial = page.menu.dial;
  beginHere();
  chips(find(".gx-examples"), page.offer?.examples ?? [], "Draw");
  showControls();
}
