// @ts-check
// What each control of the Walk tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gx-views", "Ways to walk", [
    ["Film", "A film from word to word, or from picture to picture."],
    ["Pad", "A square whose corners are four words, or two directions of the noise: drag its point."],
    ["Turn", "A direction between pictures that you mark, along which all are turned."],
    ["Codes", "A grid over two codes, for a generator that made up its own."],
  ]],
  [".gx-style-of", "Style", "The trained manner in which all of it is drawn."],
  [".gx-route", "Stops", [
    ["A stop", "A word, or one picture of it, that the walk goes through."],
    ["+ Stop", "Adds another one at the end."],
    ["Your pictures", "Walks from a picture of your own, once the noise that draws it most nearly was found."],
  ]],
  [".gx-option:has(> .gx-over)", "What changes", "Whether the word, the noise or both change from stop to stop."],
  [".gx-option:has(> .gx-way)", "Path of the noise", "Round keeps the noise as long as it was in training; straight cuts the corner, through duller pictures."],
  [".gx-option:has(> .gx-count)", "Pictures", "How many pictures walk side by side."],
  [".gx-option:has(> .gx-frames)", "Frames", "How many steps the walk has: more are smoother and take longer."],
  [".gx-options .gx-tick", "Back to the start", "Adds the way from the last stop to the first, so that the film can go round."],
  [".gx-options .gx-option:has(> .gx-shuffle)", "Noise", "Takes another seed, and so other pictures of the same words."],
  [".gx-transport", "Playing", [
    ["Play", "Starts and stops the film."],
    ["Slider", "Moves to a frame by hand."],
    ["There and back", "Plays the film forwards, then backwards."],
    ["Speed", "Frames shown in a second."],
  ]],
  [".gx-course h2", "On the way", "What a classifier of the real pictures sees in every frame, and how far the pictures move."],
  [".gx-keep", "Files", [
    ["GIF, WebP, MP4", "The film as a file that remembers its walk."],
    ["Filmstrip PNG", "All frames side by side in one picture."],
  ]],
  [".gx-padkind", "Pad", [
    ["four words", "Each corner is a word, and the point a mixture of them."],
    ["noise", "The word stays, and the point moves its noise in two directions."],
    ["Corners and point", "Type a word into each corner; drag the point, or move it with the arrow keys."],
    ["Other directions", "Takes two others of the noise at random."],
  ]],
  ["[data-of=pad] .gx-right .gx-bar", "Noise and file", [
    ["New noise", "Takes another seed."],
    ["Save PNG", "Saves the pictures in a file that remembers the place on the pad."],
  ]],
  ["[data-of=turn] .gx-left .gx-option", "Word", "The word whose pictures are marked and turned."],
  [".gx-left .gx-bar:has(> .gx-groups)", "Marks", [
    ["A picture", "Click it once to mark it as where the turn comes from, twice for where it goes to."],
    ["More pictures", "Takes another seed; marks are kept."],
    ["Forget marks", "Begins again."],
  ]],
  ["label[for=gx-amount]", "Amount", "How far all pictures are turned: at 1 by the whole mean difference of the two groups."],
  ["label:has(> .gx-down-code)", "Codes", [
    ["To the right, Downwards", "Which code changes along each side of the grid."],
    ["The others", "Stay what is chosen here."],
    ["New noise", "Takes another seed."],
  ]],
];
