// @ts-check
// What each control of the Arithmetic tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gx-views", "Kinds of arithmetic", [
    ["Words", "Adds and takes away the vectors of words, and draws the sum."],
    ["Pictures", "Adds and takes away the latents of pictures that you choose."],
    ["Axes", "Moves a word along the line between two others."],
  ]],
  [".gx-style-of", "Style", "The trained manner in which all of it is drawn."],
  [".gx-expression", "Sum", [
    ["Sum", "Words with + and -, with weights such as 0.5*cat, and with parentheses."],
    ["Chips", "Example sums."],
  ]],
  [".gx-sum .gx-bar", "Seed and file", [
    ["New seed", "Takes another random seed, and so other pictures of the same sum."],
    ["Save PNG", "Saves all terms and the sum in a file that carries their recipes."],
  ]],
  [".gx-sum .gx-right h2", "Nearest words to the sum", "The words whose vectors lie nearest to the sum's, with their similarity."],
  ["[data-of=pictures] .gx-option", "Word", "The word whose pictures are to choose from."],
  [".gx-bar:has(> .gx-clear)", "Pictures to choose from", [
    ["A picture", "Click it to add it to the term that is chosen above: the sum is first minus second plus third."],
    ["More pictures", "Takes another seed; those chosen are kept."],
    ["Clear all", "Empties all terms."],
  ]],
  [".gx-outcome .gx-option", "Variation", "How far the eight pictures around the sum lie from it."],
  ["[data-of=axes] .gx-option", "Word", "The word that is moved along the axes."],
  [".gx-bar:has(> .gx-more-axes)", "Axes", [
    ["A slider", "Adds some of the difference of its two words."],
    ["+ Axis", "Adds another pair of words."],
    ["Reset all", "Shows the word as it is."],
  ]],
  ["[data-of=axes] .gx-right .gx-bar", "Seed and file", [
    ["New seed", "Takes another random seed."],
    ["Save PNG", "Saves the pictures in a file that carries its recipe."],
  ]],
];
