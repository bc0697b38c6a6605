// @ts-check
// What the chosen generator is conditioned on: the word, its labels alone, nothing, or codes. Only what it takes is shown.

import { codeControls } from "../shared/web/codes.js";
import { finder, setText } from "../shared/web/dom.js";
import { page } from "../shared/web/page.js";
import { fitCodes } from "../shared/web/parse.js";
import { percent } from "./labels.js";

const NO_WORDS = {
  nothing: "is unconditional: its pictures differ by their noise alone. What is said of a word here is about the word.",
  codes: "is not conditioned on words, only on codes that it made up by itself. What is said of a word here is about the word.",
};

// Gives the function that shows it. state: its t (temperature) and k (codes) are what these controls move; changed():
// called when they did.
export function conditioningControls(root, state, changed) {
  const find = finder(root);
  const temperature = find(".gx-temperature");
  const showCodes = codeControls(find(".gx-codes"), (codes) => {
    state.k = codes;
    changed();
  });

  temperature.addEventListener("input", () => {
    state.t = Number((10 ** Number(temperature.value)).toPrecision(2)); // the slider goes by its logarithm
    changed();
  });
  find(".gx-own").addEventListener("change", (event) => {
    state.k = event.target.checked ? [] : page.offer.codes.map(() => 0);
    changed();
  });

  return () => {
    const { offer, ignoresWords } = page;
    const kinds = offer?.codes ?? [];
    const codes = fitCodes(kinds, state.k);
    setText(find(".gx-wordless"), ignoresWords ? `${offer.family} ${NO_WORDS[offer.conditioning]}` : "");
    for (const part of root.querySelectorAll(".gx-of-words")) part.hidden = ignoresWords;
    find(".gx-of-labels").hidden = offer?.conditioning !== "label";
    find(".gx-of-codes").hidden = !kinds.length;
    temperature.value = Math.log10(state.t);
    temperature.ariaValueText = String(state.t);
    setText(find(".gx-temperature-out"), String(state.t));
    showCodes(kinds, codes);
    find(".gx-own").checked = !codes.length;
  };
}

// The weight of each label, for a generator that is conditioned on labels alone.
export function showLabelWeights(root, reply) {
  const some = reply.label_weights.filter(([, weight]) => weight >= 0.005);
  setText(root.querySelector(".gx-weights"), some.map(([label, weight]) => `${page.nameOf(label)} ${percent(weight)}`).join(", "));
}
