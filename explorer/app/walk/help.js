// @ts-check
// What each control of the Walk tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gx-views", "Ways to walk", [
    ["Interpolation", "Frames from word to word, or from picture to picture."],
    ["XY pad", "A square whose corners are four words, or whose sides are two directions of z: drag its point."],
    ["Attribute direction", "The direction between two groups of pictures that you mark: all are moved along it."],
    ["Codes", "A grid over two codes, for a generator that learned its own."],
  ]],
  [".gx-style-of", "Style", "The trained manner in which all of it is drawn."],
  [".gx-route", "Stops", [
    ["A stop", "A word, or one picture of it, that the walk goes through."],
    ["+ Stop", "Adds another one at the end."],
    ["Your pictures", "Walks from a picture of your own, once inversion has found the latent that draws it most nearly."],
  ]],
  ["#gx-picker-title", "Picture of a stop", [
    ["A picture", "Pins its latent at this stop, so that this one picture is interpolated."],
    ["Other pictures", "Takes another random seed."],
    ["All of them", "Unpins the stop: all pictures of its word are interpolated."],
  ]],
  [".gx-option:has(> .gx-over)", "Interpolate", "Whether the word vectors, the latents or both change from stop to stop."],
  [".gx-option:has(> .gx-way)", "Latent path", "Spherical keeps z as long as it was in training; linear cuts the corner, through duller pictures."],
  [".gx-option:has(> .gx-count)", "Pictures", "How many pictures are interpolated side by side."],
  [".gx-option:has(> .gx-frames)", "Frames", "How many steps the walk has: more are smoother and take longer."],
  [".gx-options .gx-tick", "Loop", "Goes on from the last stop to the first, so that the end meets the beginning."],
  [".gx-options .gx-option:has(> .gx-shuffle)", "Seed", "Takes another random seed, and so other pictures of the same words."],
  [".gx-transport", "Playing", [
    ["Play", "Starts and stops."],
    ["Slider", "Moves to a frame by hand."],
    ["Ping-pong", "Plays forwards, then backwards."],
    ["Speed", "Frames shown in a second."],
  ]],
  [".gx-course h2", "Along the path", "What a classifier of the real pictures sees in every frame, and how far the pictures move."],
  [".gx-keep", "Export", [
    ["GIF, WebP, MP4", "An animation that carries its recipe."],
    ["Filmstrip PNG", "All frames side by side in one picture."],
  ]],
  [".gx-padkind", "XY pad", [
    ["four words", "Each corner is a word, and the point a mixture of them."],
    ["latent directions", "The word stays, and the point moves z along two directions."],
    ["Corners and point", "Type a word into each corner; drag the point, or move it with the arrow keys."],
    ["Other directions", "Takes two other directions of z at random."],
  ]],
  ["[data-of=pad] .gx-right .gx-bar", "Seed and file", [
    ["New seed", "Takes another random seed."],
    ["Save PNG", "Saves the pictures in a file that carries its recipe."],
  ]],
  ["[data-of=turn] .gx-left .gx-option", "Word", "The word whose pictures are marked and moved."],
  [".gx-left .gx-bar:has(> .gx-groups)", "Marks", [
    ["A picture", "Click it once to mark it as without the attribute (from), twice as with it (to)."],
    ["More pictures", "Takes another seed; marks are kept."],
    ["Clear marks", "Begins again."],
  ]],
  ["label[for=gx-amount]", "Amount", "How far all pictures are moved: at 1 by the whole difference of the two means."],
  ["label:has(> .gx-down-code)", "Codes", [
    ["X axis, Y axis", "Which code changes along each side of the grid."],
    ["The others", "Stay what is chosen here."],
    ["New seed", "Takes another random seed."],
  ]],
];
