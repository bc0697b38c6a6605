// @ts-check
// The Explore tab: one state, every control writes to it, and every change asks for new pictures at once.

import { conditionedOn } from "../shared/web/conditioned.js";
import { announcer } from "../shared/web/controls.js";
import { finder, setLabel, setText, showChips } from "../shared/web/dom.js";
import { seedBox } from "../shared/web/invalid.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { addressBar, beginningWord, newMailbox, openingAddress, page, randomSeed, showDevice } from "../shared/web/page.js";
import { ignoresWords, replaceInText } from "../shared/web/parse.js";
import { followRecentWords, recentWords } from "../shared/web/recent_words.js";
import { chosenTruncation, fitStyle, inStyle, parseStyle } from "../shared/web/style.js";
import { tileButtons } from "../shared/web/tiles.js";
import { besideView } from "./beside.js";
import { showLabelWeights, temperatureSlider } from "./conditioning.js";
import { showPsi } from "./psi_slider.js";
import { showRecipe, withoutPart } from "./recipe.js";
import { learnedLine } from "./learned.js";
import { DEFAULTS, drawRequest, FIELDS, parseState, stateFields } from "./state.js";
import { styleChips } from "./styles.js";
import { tileDialog } from "./tile_dialog.js";
import { showTaken, showWhy, tileAbout, usedTruncation } from "./word_truncation.js";
import { showWord } from "./word_panel.js";

export { HELP } from "./help.js";

const MOST_RECENT = 8; // words in the row
const REST = 500; // milliseconds without a key press after which it is said why a text cannot be drawn

function count(number) {
  return number === 1 ? "1 picture" : `${number} pictures`;
}

/** @param {Mount<ExploreServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const root = find(".gx");
  const word = find(".gx-word");
  const mailbox = newMailbox();

  const state = parseState(openingAddress());
  const begin = beginningWord(state);
  const remember = addressBar("explore", { fields: FIELDS, present, restore, shared });
  let locked = true;
  let psiTable = null; // the bound and the mass of each psi
  let last = null; // { reply, request } of the picture on show
  let said = null; // what is said beside it, or still of the one before
  let trouble = null; // { reply, request } of a text that cannot be drawn
  let settled = true; // nobody is in the middle of typing
  let resting = null;

  const picture = livePicture({ canvas: find(".gx-canvas"), draw: server.draw, painted, about: server.about, told, refused, waiting });
  const tiles = tileButtons(find(".gx-tiles"), (index) => dialog.open(index), (x) => beside.shownAt(x));
  const beside = besideView({
    ...{ element, server, state, changed, remember: () => remember() },
    first: () => last,
    request: () => drawRequest(state, mailbox, page),
    painted: () => dialog.repaint(),
  });
  let isSecond = false; // whether the tile that is looked at is the second word's
  find(".gx-tiles").addEventListener("click", ({ clientX, detail }) => (isSecond = detail > 0 && beside.isSecondAt(clientX)), true);
  const showConditioning = conditionedOn(root, state, changed);
  const showTemperature = temperatureSlider(root, state, changed);
  const chips = styleChips({ find, server, state, mailbox, chosen: setStyle, typed: typeStyle, drawn: () => last?.request.style ?? "" });
  const announce = announcer(find(".gx-status"));
  const showSeed = seedBox(find(".gx-seed"), seedChosen);
  const wordGiven = learnedLine(find(".gx-learned"));
  const dialog = tileDialog({
    ...{ find, server, state, mailbox, word, nameOf, subject, leaveKept, changed, announce },
    last: () => (isSecond && beside.drawn() ? beside.drawn() : last),
    both: () => (beside.drawn() ? { ...last, w2: beside.drawn().request.w } : null),
    focusTile: tiles.focusOn,
  });

  function changed() {
    showControls();
    remember();
    if (state.w.trim() || state.recipe?.condition || page.ignoresWords) picture.update(drawRequest(state, mailbox, page));
    else refused({ kind: "empty", message: "Type a word to see pictures of it." }, drawRequest(state, mailbox, page));
    beside.update();
  }

  function type(text) {
    wordGiven();
    letGo("condition");
    state.w = text.slice(0, 200);
    word.value = state.w;
    settle();
    freshSeed();
    changed();
  }

  // Let a part of the recipe go, since something took its place.
  function letGo(part) {
    state.recipe = withoutPart(state.recipe, part);
  }

  function setStyle(style) {
    state.style = parseStyle(style);
    settle();
    changed();
  }

  function typeStyle(style) {
    state.style = parseStyle(style);
    unsettle();
    changed();
  }

  function unsettle() {
    settled = false;
    clearTimeout(resting);
    resting = setTimeout(settle, REST);
  }

  function settle() {
    clearTimeout(resting);
    settled = true;
    if (trouble && isPresent(trouble.request)) showTrouble();
  }

  // Whether what was asked for is still what the boxes say.
  function isPresent(request) {
    const present = drawRequest(state, mailbox, page);
    return request.w === present.w && request.style === present.style;
  }

  function freshSeed() {
    if (locked || state.view === "kept") return;
    letGo("latents");
    state.s = randomSeed();
  }

  // What the pictures are of: a word, or the generator where words do nothing.
  function subject(reply, request) {
    return ignoresWords(reply.conditioning) ? request.c || page.subject("") : request.r && !request.w ? "a vector" : request.w;
  }

  function painted(reply, request) {
    last?.reply.bitmap.close();
    last = { reply, request };
    root.dataset.state = "drawn";
    if (isPresent(request)) hideTrouble();
    find(".gx-condition").classList.add("gx-late"); // it still says what was true of the picture before
    showLabelWeights(root, reply);
    const name = subject(reply, request) + inStyle(request.style ?? "");
    tiles.fit(reply, name, (i) => state.kept.includes(nameOf(i)), (i) => tileAbout(reply, i));
    showTruncation();
    setLabel(find(".gx-canvas"), `${count(reply.count)} of ${name}`);
    showDevice(reply);
    showTitle();
    dialog.repaint();
    beside.show();
    chips.follow(request);
  }

  // What is said of the picture on show.
  function told(about, request) {
    if (last?.request !== request) return;
    said = { ...last.reply, ...about };
    find(".gx-condition").classList.remove("gx-late");
    showWord(root, said);
    showTruncation();
    const name = subject(said, request) + inStyle(request.style ?? "");
    const conditioned = !ignoresWords(said.conditioning);
    const most = conditioned && said.table.length ? `, most like ${page.nameOf(said.table[0][0])}` : "";
    setLabel(find(".gx-canvas"), `${count(said.count)} of ${name}${most}`);
    announce(`${count(said.count)} of ${name}${most}. ${conditioned ? said.far.sentence : ""} ${said.agreement}`);
  }

  function showTitle() {
    if (page.tab !== "explore" || !last) return;
    const { reply, request } = last;
    setText(document.querySelector("title"), `${subject(reply, request)}${inStyle(request.style ?? "")} · GAN Explorer`);
  }

  function refused(reply, request) {
    if (!isPresent(request) && reply.kind !== "gone") return;
    trouble = { reply, request };
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
    showChips(find(".gx-suggestions"), reply.suggestions ?? [], "Draw");
    (reply.kind === "style" ? find(".gx-style") : word).setAttribute("aria-invalid", "true");
    if (!last) root.dataset.state = "empty";
    announce(reply.message);
  }

  function hideTrouble() {
    trouble = null;
    root.classList.remove("gx-in-trouble");
    find(".gx-trouble").hidden = true;
    for (const box of [word, find(".gx-style")]) box.removeAttribute("aria-invalid");
  }

  function nameOf(index) {
    if (state.recipe?.latents) return `${state.recipe.latents.seed ?? "own"}.${index}`;
    return last.request.z ? last.request.z[index] : `${last.request.s}.${index}`;
  }

  function showControls() {
    const set = (selector, value) => {
      const node = find(selector);
      if (document.activeElement !== node || node.type === "range") node.value = value;
    };
    showSeed(state.s);
    const psi = find(".gx-psi");
    [psi.min, psi.max] = state.mode === "smooth" ? [0, 1.5] : [0.05, 1];
    set(".gx-psi", state.psi);
    set(".gx-jitter", state.j);
    set(".gx-truncation", usedTruncation(state, page.offer));
    for (const button of root.querySelectorAll("[data-mode]")) button.ariaPressed = String(button.dataset.mode === state.mode);
    for (const button of root.querySelectorAll("[data-view]")) button.ariaPressed = String(button.dataset.view === state.view && !state.recipe?.latents);
    showRecipe(find(".gx-recipe"), state.recipe);
    const kept = find("[data-view=kept]");
    kept.hidden = !state.kept.length;
    setText(kept, `Pinned ${state.kept.length}`);
    root.dataset.showing = state.view;
    const lock = find(".gx-lock");
    lock.ariaPressed = String(locked);
    const meaning = locked ? "Seed locked: every word is drawn from the same latents" : "Seed unlocked: Enter and every chosen word bring another seed";
    if (lock.title !== meaning) lock.title = lock.ariaLabel = meaning;
    showConditioning();
    showTemperature();
    chips.show();
    showRecent();
    showTruncation();
    showPsi(root, state, psiTable, usedTruncation(state, page.offer));
  }

  // Those that are no other chips already.
  function showRecent() {
    const shown = [state.w.trim(), ...page.examples];
    const words = recentWords().filter((text) => !shown.includes(text)).slice(0, MOST_RECENT);
    showChips(find(".gx-recents .gx-chips"), words, "Draw");
    find(".gx-recents").hidden = !words.length || page.ignoresWords;
  }

  function showTruncation() {
    const used = usedTruncation(state, page.offer);
    showTaken(root, used, state, last?.reply);
    showWhy(root, said?.why ?? [], used, page.offer);
  }

  function truncate(share) {
    state.wt = chosenTruncation(share, page.offer);
    state.b = 0; // it takes the place of an older address's blend
    changed();
  }

  page.addEventListener("tab", showTitle);
  followRecentWords(showRecent);

  // --- the address ---------------------------------------------------------------------------------------------------

  function present() {
    return page.ignoresWords ? stateFields({ ...state, w2: null }).filter(([field]) => field !== "w") : stateFields(state);
  }

  function restore(search, taken) {
    const { w, w2, at, diff } = state;
    Object.assign(state, parseState(search), page.ignoresWords && { w, w2, at, diff }); // it says nothing of these
    if (taken.includes("w")) letGo("condition");
    if (taken.includes("s")) letGo("latents");
    word.value = state.w;
    settle();
    changed();
  }

  function shared() {
    const { w, s, psi, style, wt, k } = state;
    return { w: page.ignoresWords || state.recipe?.condition ? null : w, s, psi, style, wt: wt ?? "", k: k.join(",") };
  }

  // --- words ---------------------------------------------------------------------------------------------------------

  word.addEventListener("input", () => {
    wordGiven();
    letGo("condition");
    state.w = word.value;
    unsettle();
    changed();
  });
  find(".gx-ask").addEventListener("submit", (event) => {
    event.preventDefault();
    settle();
    freshSeed();
    changed();
  });
  word.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && trouble && last) type(last.request.w); // back to the last word that drew
  });
  for (const group of [".gx-examples", ".gx-recents", ".gx-nearest", ".gx-bars"]) {
    find(group).addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-word]");
      if (chosen) type(chosen.dataset.word);
    });
  }
  find(".gx-suggestions").addEventListener("click", (event) => {
    const chip = event.target.closest("[data-word]");
    if (!chip || !trouble) return;
    const { kind, word: unknown = "", position = 0 } = trouble.reply;
    if (kind === "style") return setStyle(replaceInText(state.style, unknown, chip.dataset.word));
    const typed = state.w.slice(position, position + unknown.length);
    const fits = unknown && typed.toLowerCase() === unknown.toLowerCase();
    type(fits ? state.w.slice(0, position) + chip.dataset.word + state.w.slice(position + unknown.length) : chip.dataset.word);
    word.focus();
  });

  find(".gx-recipe").addEventListener("click", (event) => {
    const { part } = event.target.dataset;
    if (!part) return;
    letGo(part);
    if (part === "condition" && !state.w) state.w = word.value = page.firstExample ?? DEFAULTS.w;
    changed();
    word.focus();
  });

  // --- noise ---------------------------------------------------------------------------------------------------------

  for (const [selector, field] of [[".gx-psi", "psi"], [".gx-jitter", "j"]]) {
    find(selector).addEventListener("input", (event) => {
      state[field] = Number(event.target.value);
      changed();
    });
  }
  find(".gx-truncation").addEventListener("input", (event) => truncate(Number(event.target.value)));
  find(".gx-why").addEventListener("click", (event) => {
    const { truncation } = event.target.dataset;
    if (truncation) truncate(Number(truncation));
  });
  find(".gx-mode").addEventListener("click", (event) => {
    if (!event.target.dataset.mode) return;
    state.mode = event.target.dataset.mode;
    if (state.mode === "resample") state.psi = Math.min(1, Math.max(0.05, state.psi));
    changed();
  });
  find(".gx-view").addEventListener("click", (event) => {
    if (!event.target.dataset.view) return;
    letGo("latents");
    state.view = event.target.dataset.view;
    changed();
  });
  function seedChosen(seed) {
    leaveKept();
    letGo("latents");
    state.s = seed;
    changed();
  }
  find(".gx-shuffle").addEventListener("click", () => {
    leaveKept();
    letGo("latents");
    state.s = randomSeed();
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

  const isOpen = begin(); // as the address names no word
  word.value = isOpen ? "" : state.w;
  if (page.alone) {
    word.focus({ preventScroll: true });
    word.select();
  }
  page.addEventListener("generator", () => {
    state.style = fitStyle(state.style, page.offer);
    state.wt = chosenTruncation(state.wt, page.offer);
    chips.forget();
    changed();
  });
  if (!isOpen) changed(); // else the menu says with which word to begin
  page.follow("menu", showOffers);
  page.addEventListener("generator", showOffers);
  page.addEventListener("menu", () => (state.t !== DEFAULTS.t || state.k.length || state.style || page.ignoresWords) && changed()); // perhaps it is not conditioned on them

  function startWithExample() {
    const before = state.w;
    if (!begin() || (last && state.w === before)) return;
    word.value = state.w;
    if (document.activeElement === word) word.select();
    changed();
  }

  // What the chosen generator knows, and the bounds of psi.
  function showOffers() {
    if (!page.menu) return;
    psiTable = page.menu.psi_bounds;
    state.wt = chosenTruncation(state.wt, page.offer);
    startWithExample();
    setLabel(find(".gx-examples"), page.offer?.conditioning === "label" ? "Labels" : "Examples");
    showChips(find(".gx-examples"), page.examples, "Draw", (word) => page.nameOf(word));
    showControls();
    if (last) chips.follow(last.request);
  }
}
