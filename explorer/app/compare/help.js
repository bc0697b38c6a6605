// @ts-check
// What each control of the Compare tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gc-views", "Ways to compare", [
    ["Side by side", "Several generators on the same latents, with their figures."],
    ["Grid", "Pictures over two of generator, word, psi, style, seed or snapshot."],
  ]],
  [".gc-tools", "Side by side", [
    ["The list", "Which generators are compared; press one to take it out or in."],
    ["Arrows", "Take another random seed, the same for all."],
    ["Report", "Saves all of this as one page that opens without the app."],
  ]],
  [".gc-samples", "Samples", "How many samples of each generator are measured: more take longer and say more."],
  [".gc-go", "Grid", [
    ["X axis, Y axis", "What changes along each side, and its values, with commas between them."],
    ["The rest", "Stays the same in every picture."],
    ["Draw it", "Draws the grid."],
    ["PNG", "Saves it with its labels, in a file that carries the recipe of every picture."],
  ]],
];
