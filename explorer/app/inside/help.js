// @ts-check
// What each control of the Inside tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gi-noise", "What is drawn", [
    ["Word", "Any word, a phrase or a sum: its pictures are looked into."],
    ["Seed", "The random seed of the latents; the arrows take another."],
    ["ψ", "How much of z's spread is kept: low is typical, high is varied."],
    ["Style", "The trained manner, where the generator has several."],
  ]],
  [".gi-parts", "What to look at", "Each button opens another way to look into the two networks; a sentence below says what it shows."],
  [".gi-before .gx-bar", "Brush", [
    ["Brush a region", "Lets you paint over a part of a picture, to ask which units draw it."],
    ["Clear", "Takes the paint away."],
  ]],
  [".gi-after .gx-bar", "File", "Saves the changed pictures in a file that carries its recipe."],
  [".gi-ranking", "Units of a layer", [
    ["Layer", "Which layer's units are shown: early ones place large parts, late ones draw detail."],
    ["Which units draw", "The label that units are ranked for."],
    ["Rank", "Orders units by how much more they do for that label than for others."],
    ["Rank by what I brushed", "Orders them by what they do where you painted."],
    ["Forget what I brushed", "Switches off all that draw it, in several pictures."],
  ]],
  [".gi-switches", "Switching off", [
    ["Switch off", "How many units at once."],
    ["the first of these", "Takes the best of the ranking."],
    ["at random", "Takes as many others, to compare with."],
    ["to their means", "Holds them at their mean and not at 0."],
    ["All on", "Undoes it all."],
  ]],
  [".gi-methods", "Directions", [
    ["PCA", "Directions in which early activations vary most."],
    ["SeFa", "Directions that the weights amplify most."],
    ["Mine", "Those that you have named and kept."],
  ]],
  [".gi-centre", "Reset all", "Moves every direction back to 0."],
  [".gi-stage[data-in=find] .gx-bar", "Your picture", [
    ["Choose a picture", "Takes a file; dropping or pasting one does too."],
    ["Fine, Broad, Eraser", "The pen to draw with."],
    ["Clear", "Empties the paper."],
    ["Invert", "Searches for the latent and the vector that draw it most nearly."],
  ]],
  [".gi-discriminator-any", "Unit", "The slider goes through the units of the layer; Random unit takes another."],
];
