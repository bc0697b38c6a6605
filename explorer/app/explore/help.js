// @ts-check
// What each control of the Explore tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  ["#gx-word", "Word", [
    ["Word", "Any word, a phrase, or a sum such as cat + crown: the pictures follow while you type."],
    ["Chips", "Words to try; the first was trained on, the second was not."],
  ]],
  [".gx-mix", "Style", "In which trained manner it is drawn: any lets z choose, all styles gives each picture its own, and Shift or the box mixes several."],
  [".gx-noise", "Below the pictures", [
    ["4 × 4, 8 × 8", "How many pictures of the word are drawn at once."],
    ["Pinned", "Draws the latents that you pinned, for whatever word you type."],
    ["Seed", "The random seed of the latents z: the same seed gives the same pictures again."],
    ["Arrows", "Take another seed, and so other pictures of the same word."],
    ["Lock", "Closed, every word is drawn from the same latents; open, each new word brings another seed."],
    ["PNG", "Saves the pictures in a file that carries its recipe."],
    ["Its arrow", "More ways to save, and the generator itself as a page that draws without this program."],
    ["Heart", "Keeps the pictures in the library of this machine."],
  ]],
  ["label[for=gx-psi]", "Truncation ψ", [
    ["ψ", "How much of z's spread is kept: low gives typical pictures that are alike, 1 what was trained, more rougher ones."],
    ["scale z", "Scales all of z together, so that every picture moves with the slider."],
    ["resample", "Draws only the values of z beyond the bound again, so that most pictures stay as they are."],
  ]],
  ["label[for=gx-truncation]", "Word truncation", "How far each picture goes from your word towards one of the trained words nearest to it: at 0 the word as it is, at 1 trained words alone."],
  ["label[for=gx-temperature]", "Temperature", "How many labels a word becomes: low takes the nearest alone, high blends all of them."],
  [".gx-of-codes .gx-tick", "Codes", [
    ["Own codes", "Ticked, every picture has codes of its own; else all have those chosen below."],
    ["Codes", "What this generator learned to tell apart without labels: categories to choose from, and numbers to slide."],
  ]],
  ["label[for=gx-jitter]", "Word jitter", "How far each picture's word vector is moved at random, so that one word is drawn in more ways."],
  [".gx-condition h2", "Word similarity", [
    ["Bar", "How near your word lies to the trained labels."],
    ["Similarity", "How alike the vectors of your word and of the label are, at most 1."],
    ["Judged as", "The share of these pictures in which a classifier of the real ones sees the label."],
    ["A row", "Draws its label when you choose it."],
  ]],
  ["#gx-dialog-title", "This picture", [
    ["Pin this latent", "Draws it for whatever word you type next, beside the others that you pinned."],
    ["Download PNG", "Saves this one picture in a file that carries its recipe; the arrow beside it has other ways."],
    ["Arrow keys", "Go to the picture before or after."],
  ]],
  [".gx-condition h3", "Nearest words", "The words whose vectors lie nearest to yours; choose one to draw it."],
];
