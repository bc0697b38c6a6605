// @ts-check
// What each control of the Map tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gx-lead .gx-field", "Word", "A word to put onto the map, with its neighbours."],
  [".gm-method", "Projection", [
    ["PCA", "Keeps the two directions in which the vectors differ most."],
    ["t-SNE", "Keeps neighbours together; distances between groups say little."],
  ]],
  [".gx-style-of", "Style", "The trained manner in which the pictures are drawn."],
  [".gm-zoom", "Zoom", "Nearer, farther, or the whole map; the mouse wheel and two fingers do the same."],
  [".gm-right .gx-bar", "Pictures of the point", [
    ["New seed", "Takes another random seed."],
    ["Save PNG", "Saves the pictures in a file that carries its recipe."],
    ["Open in Explore", "Goes on there with what is drawn here."],
  ]],
  [".gm-right h3", "Nearest words", "The words whose vectors lie nearest to the point; choose one to put it onto the map."],
];
