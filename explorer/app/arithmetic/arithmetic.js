// @ts-check
// The Arithmetic tab: its state, its three views, and what they share.

import { conditionedOn } from "../shared/web/conditioned.js";
import { announcer, buttonGroup, troubleBox } from "../shared/web/controls.js";
import { finder, setText, showChips } from "../shared/web/dom.js";
import { addressBar, openingAddress, page, randomSeed, showDevice } from "../shared/web/page.js";
import { replaceInText } from "../shared/web/parse.js";
import { saveButtons } from "../shared/web/save_menu.js";
import { drawnWith, fitStyle } from "../shared/web/style.js";
import { styleMenu } from "../shared/web/style_menu.js";
import { axesView } from "./axes.js";
import { pictureSumView } from "./picking.js";
import { FIELDS, isSum, parseState, restoredState, stateFields } from "./state.js";
import { wordSumView } from "./word_sum.js";

export { HELP } from "./help.js";

const VIEWS = {
  words: "Add words and take them away: each term's own pictures, and below what their sum looks like.",
  pictures: "Choose three or more pictures for a term. What they have in common is added and taken away.",
  axes: "A pair of words is an axis: move any word along it.",
};
const TRIES = ["sneakers - sport + beach", "shirts - arms + legs", "dress - summer + winter", "sneakers + boots"]; // each is judged as something else than its first word alone
const THING_TRIES = ["piano + strings", "airplane - air + sea", "ship - sea + air", "king - man + woman"]; // nearest label: violin, boat, airplane, princess
const PAIRS = [["small", "big", 0], ["summer", "winter", 0]];

/** @param {Mount<ArithmeticServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const root = find(".gx-arithmetic");
  const state = parseState(openingAddress());
  let usual = { sum: "", w: "" }; // what to begin with, as the generator's examples say
  const remember = addressBar("arithmetic", { fields: FIELDS, present, restore, shared });
  const trouble = troubleBox(root, replaceWord);
  const showSlow = (isSlow) => root.classList.toggle("gx-slow", isSlow);
  const refused = (reply) => trouble.show(reply, root.querySelectorAll(".gx-view:not([hidden]) :is(.gx-box, .gx-expression)"));
  const announce = announcer(find(".gx-status"));

  const grids = {}; // by view: the tiles on show

  function showDrawn(reply) {
    grids[view()] = reply;
    trouble.hide();
    root.dataset.state = "drawn";
    showDevice(reply);
  }

  // --- the views -----------------------------------------------------------------------------------------------------

  const showView = buttonGroup(find(".gx-views"), (view) => set({ view }));

  /** @type {Arithmetic} */
  const arithmetic = { find, server, state, set, changed, showDrawn, refused, showSlow, announce, fit, drawnNow };
  const [sum, pictures, axes] = [wordSumView(arithmetic), pictureSumView(arithmetic), axesView(arithmetic)];

  const showStyle = styleMenu(find(".gx-style-of"), (style) => set({ style }));

  const showConditioning = conditionedOn(root, state, changed);

  // Where words do nothing, there are sums of pictures alone.
  function view() {
    return page.ignoresWords ? "pictures" : state.view;
  }

  function drawnNow() {
    return drawnWith(state, page);
  }

  function set(fields) {
    Object.assign(state, fields);
    changed();
  }

  for (const button of root.querySelectorAll(".gx-shuffle")) button.addEventListener("click", () => set({ s: randomSeed() }));

  function fit(box, text) {
    if (document.activeElement !== box || box.value.slice(0, 200) !== text) box.value = text;
  }

  function changed() {
    const shown = view();
    root.dataset.view = shown;
    setText(find(".gx-what"), VIEWS[shown]);
    showConditioning();
    for (const section of root.querySelectorAll(".gx-view")) section.hidden = section.dataset.of !== shown;
    showView(shown);
    showStyle(state.style);
    trouble.hide();
    if (shown === "words") {
      fit(find(".gx-expression"), state.sum);
      sum.show();
    }
    if (shown === "pictures") pictures.show();
    if (shown === "axes") axes.show();
    remember();
  }

  function replaceWord(word, other, kind) {
    if (!word) return;
    if (kind === "style") state.style = replaceInText(state.style, word, other);
    else if (state.view === "words") state.sum = replaceInText(state.sum, word, other);
    else {
      state.w = replaceInText(state.w, word, other);
      if (state.view === "axes") state.axes = state.axes.map(([from, to, amount]) => [replaceInText(from, word, other), replaceInText(to, word, other), amount]);
    }
    changed();
  }

  // --- keeping and opening -------------------------------------------------------------------------------------------

  for (const button of root.querySelectorAll("[data-save]")) {
    const saved = {
      words: () => [sum.request(), server.sum, state.sum, state.sum],
      pictures: () => [pictures.request(), server.sum, `${page.subject(state.w)}-sum`, `${page.subject(state.w)}, a sum of pictures`],
      axes: () => [axes.request(), server.live, `${state.w}-axes`, axes.title()],
    }[button.dataset.save];
    saveButtons(button, () => {
      if (view() !== button.dataset.save || root.dataset.state !== "drawn") return null;
      const [request, draw, word, title] = saved();
      return { draw, request, title, word, seed: state.s, grid: grids[view()] };
    }, { refused, say: announce });
  }

  function present() {
    return stateFields(page.ignoresWords ? { ...state, view: view(), w: "" } : state);
  }

  function restore(search, taken) {
    const { sum, w } = state;
    Object.assign(state, restoredState(search));
    if (page.ignoresWords) state.w = w; // of which this address says nothing
    if (taken.includes("w") && state.view === "words" && !isSum(state.sum)) [state.w, state.sum] = [state.sum, sum]; // a word alone is no sum
    if (page.menu) begin();
  }

  function shared() {
    const { sum, w, s, psi, style, wt, k } = state;
    const isSumView = view() === "words";
    const own = isSumView ? sum : w;
    const word = page.ignoresWords || own === (isSumView ? usual.sum : usual.w) ? null : own;
    return { w: word || null, s, psi, style, wt: wt ?? "", k: k.join(",") };
  }

  // What to begin with: words that this generator knows, where the address named none.
  function begin() {
    const examples = page.examples;
    const garments = examples.includes("slipper");
    const plain = examples.filter((word) => !/[+*]/.test(word));
    const pairs = [0, 2, 4].filter((i) => i + 1 < plain.length).map((i) => `${plain[i]} + ${plain[i + 1]}`);
    const known = garments ? TRIES : examples.includes("spaceship") ? THING_TRIES : [];
    const sums = known.length ? known : pairs.length ? [...pairs, ...examples.filter((text) => !plain.includes(text))].slice(0, 4) : plain;
    const next = { sum: sums[0] ?? "", w: garments ? "dress" : plain[0] ?? "" };
    for (const [name, value] of Object.entries(next)) if (!state[name] || state[name] === usual[name]) state[name] = value;
    if (!state.axes.length) state.axes = garments ? PAIRS : plain.length > 1 ? [[plain[0], plain[1], 0]] : [];
    usual = next;
    showChips(find(".gx-tries"), sums, "Try");
    changed();
  }

  page.follow("menu", () => begin());
  page.addEventListener("generator", () => {
    [state.style, state.toStyle] = [fitStyle(state.style, page.offer), fitStyle(state.toStyle, page.offer)];
    if (page.menu) begin();
  });
}
