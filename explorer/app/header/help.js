// @ts-check
// What each control of the header does, in a sentence.

import { page } from "../shared/web/page.js";

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  ["label:has(> .gx-space)", "Generator and words", [
    ["Generator", () => `What draws the pictures. ${page.offer?.learned ?? ""}`.trim()],
    ["Arrow", "Looks for new generators on this machine."],
    ["Words", "The word vectors that it was trained on; others would mean nothing to it."],
    ["Badge", "Where the pictures are drawn."],
  ]],
];
