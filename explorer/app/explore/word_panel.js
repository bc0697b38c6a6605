// @ts-check
// What the word means to the generator: how far it lies from training, its likeness to each label, its neighbours.

import { setText, showChips } from "../shared/web/dom.js";
import { page } from "../shared/web/page.js";
import { ignoresWords } from "../shared/web/parse.js";
import { showLabels } from "./labels.js";

const CLOSE = 0.6; // how far above the vocabulary's median word the gauge ends; its colours turn where the level does, at .22 and .40

export function showWord(root, reply) {
  const wordless = ignoresWords(reply.conditioning);
  setText(root.querySelector(".gx-condition h2"), wordless ? "Judged as" : "Word similarity");
  const far = root.querySelector(".gx-far");
  far.dataset.level = reply.far.level;
  far.querySelector(".gx-track i").style.left = `${Math.max(0, Math.min(1, reply.far.above / CLOSE)) * 100}%`;
  setText(far.querySelector(".gx-farsay"), reply.far.sentence);

  showLabels(root, reply, (label) => page.nameOf(label));
  showChips(root.querySelector(".gx-nearest"), reply.nearest.map(([word]) => word), "Draw");
  setText(root.querySelector(".gx-hints"), reply.hints.join(" "));
}
