// @ts-check
// What each control of the header does, in a sentence.

import { page } from "../shared/web/page.js";

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gx-refresh", "Generator and colours", [
    ["Generator", () => `What draws the pictures; a click lists all of them, with a filter. ${page.offer?.learned ?? ""}`.trim()],
    ["Arrow", "Looks for new generators on this machine."],
    ["Words", "The word vectors that it was trained on; others would mean nothing to it."],
    ["Circle", "Light colours, dark ones, or as the system has them."],
    ["Badge", "Where the pictures are drawn."],
  ]],
  [".gx-generators-head h2", "Generators", [
    ["Filter", "Parts of a name, of its data or of its family; arrow keys move, Enter chooses."],
    ["A line", "What it was trained on, its family, what it takes, and how it measured."],
  ]],
];
