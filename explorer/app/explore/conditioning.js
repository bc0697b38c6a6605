// @ts-check
// The temperature at which a word is spread over the labels of a generator that knows labels alone, and what came of it.

import { finder, setText } from "../shared/web/dom.js";
import { page } from "../shared/web/page.js";
import { percent } from "./labels.js";

// Gives the function that shows it. state: its t is what this slider moves; changed(): called when it did.
export function temperatureSlider(root, state, changed) {
  const find = finder(root);
  const temperature = find(".gx-temperature");

  temperature.addEventListener("input", () => {
    state.t = Number((10 ** Number(temperature.value)).toPrecision(2)); // the slider goes by its logarithm
    changed();
  });

  return () => {
    find(".gx-of-labels").hidden = page.offer?.conditioning !== "label";
    temperature.value = Math.log10(state.t);
    temperature.ariaValueText = String(state.t);
    setText(find(".gx-temperature-out"), String(state.t));
  };
}

// The weight of each label, for a generator that is conditioned on labels alone.
export function showLabelWeights(root, reply) {
  const some = reply.label_weights.filter(([, weight]) => weight >= 0.005);
  setText(root.querySelector(".gx-weights"), some.map(([label, weight]) => `${page.nameOf(label)} ${percent(weight)}`).join(", "));
}
