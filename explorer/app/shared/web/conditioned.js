// @ts-check
// What the chosen generator takes, in a tab: words, labels, codes or nothing. Where words do nothing, what is for words
// (marked data-takes="word") is not there, and codes or a sentence stand in its place.

import { codeControls } from "./codes.js";
import { createNode, ensureChildren, setText } from "./dom.js";
import { page } from "./page.js";
import { fitCodes } from "./parse.js";

/** @param {any} root of the tab; it may hold a `.gx-wordless` (the sentence), a `.gx-of-codes` (the codes) and boxes for
 * words (`input.gx-box[data-takes=word]`), which offer the labels of a generator that knows labels alone
 * @param {{ k: number[] }} state @param {() => void} changed called when somebody moved a code
 * @returns {() => void} shows it */
export function conditionedOn(root, state, changed) {
  const panel = root.querySelector(".gx-of-codes");
  const showCodes = panel ? codePanel(panel, state, changed) : () => {};
  const labels = createNode("datalist");
  labels.id = `labels-${Math.random().toString(36).slice(2)}`;
  root.append(labels);
  root.addEventListener("focusin", (/** @type {any} */ event) => {
    if (!event.target.matches("input.gx-box[data-takes=word]")) return;
    if (page.offer?.conditioning === "label") event.target.setAttribute("list", labels.id);
    else event.target.removeAttribute("list");
  });

  return () => {
    const { offer, ignoresWords } = page;
    root.classList.toggle("gx-takes-no-words", ignoresWords);
    const sentence = root.querySelector(".gx-wordless");
    if (sentence) {
      sentence.hidden = !ignoresWords;
      setText(sentence, ignoresWords ? `${offer?.family}: ${offer?.learned}` : "");
    }
    const known = offer?.conditioning === "label" ? offer.labels : [];
    ensureChildren(labels, known.length, () => createNode("option")).forEach((option, i) => (option.value = known[i]));
    showCodes();
  };
}

/** The codes of an InfoGAN, or that each picture has its own. @param {any} panel @param {{ k: number[] }} state @param {() => void} changed */
function codePanel(panel, state, changed) {
  const own = Object.assign(createNode("input", "gx-own"), { type: "checkbox" });
  const tick = createNode("label", "gx-option gx-tick");
  tick.append(own, " own codes for each picture");
  const codes = createNode("div", "gx-codes");
  panel.append(tick, codes);
  const show = codeControls(codes, (chosen) => {
    state.k = chosen;
    changed();
  });
  own.addEventListener("change", () => {
    state.k = own.checked ? [] : (page.offer?.codes ?? []).map(() => 0);
    changed();
  });
  return () => {
    const kinds = page.offer?.codes ?? [];
    const fitting = fitCodes(kinds, state.k);
    panel.hidden = !kinds.length;
    show(kinds, fitting);
    own.checked = !fitting.length;
  };
}
