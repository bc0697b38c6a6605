// @ts-check
// What each control of the Train tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gt-side-head", "Trainings", [
    ["+ New training", "Chooses pictures and settings, and says how long it will take before anything starts."],
    ["A line", "Opens that training: its sheets, its curves, and what may be done with it."],
  ]],
  ["#gt-pictures-title", "Training images", "A data set that is known here, or a folder, zip or tar of your own with a sub-folder for each word."],
  [".gt-presets", "Preset", "Settings that fit together: smaller ones are done sooner, larger ones draw better."],
  ["#gt-recipe-title", "Settings", [
    ["Name", "What the training and its generator will be called."],
    ["Training length", "How many thousand real images (kimg) it sees in all; twice as many take twice as long."],
    ["Size", "The width of both networks: larger ones draw better and are slower."],
    ["Word space", "The word vectors that it is conditioned on."],
    ["Device", "The processor or accelerator that it runs on."],
    ["Preview words", "Words drawn on every sheet that it is not trained on."],
  ]],
  [".gt-start", "Start", "Starts the training in the background; it goes on when this page is closed."],
  [".gt-sheet .gx-transport", "Sheets", "Plays what it drew from its first sheet to its last, or moves to one of them."],
];
