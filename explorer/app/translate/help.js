// @ts-check
// What each control of the Translate tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gx-lead .gx-field", "Translator", "Two networks that translate pictures of one set into pictures of another and back, learned without pairs (CycleGAN)."],
  [".gs-way", "Way", "For which of the two sets your picture is taken; it is translated into the other."],
  [".gs-given .gx-bar", "Your picture", [
    ["Choose a picture", "Takes a file of any size; it is cut out of its background and scaled."],
    ["Fine, Broad, Eraser", "Pens for drawing on the paper; what you draw is translated at once."],
    ["Clear", "Empties the paper."],
  ]],
  ["label[for=gs-strength]", "Strength", "How much of the change is made: 0 is your picture, 1 its translation, between them both are blended."],
  [".gs-kinds", "Many pictures", [
    ["By chance", "Real pictures that the translator carries; Others takes other ones."],
    ["Failures", "Those that come back worst of all that were measured."],
    ["From Explore", "What the Explore tab draws at present."],
  ]],
];
