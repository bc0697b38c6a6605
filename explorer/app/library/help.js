// @ts-check
// What each control of the Library tab does, in a sentence.

/** @type {import("../shared/web/explain.js").Explanation[]} */
export const HELP = [
  [".gl-head", "Library", [
    ["Search", "Finds words, tags and notes of what was kept."],
    ["Kind", "Shows only pictures, walks, sums and so on."],
    ["Trash", "Shows what was deleted in the last thirty days."],
  ]],
  [".gl-acts", "Chosen pictures", [
    ["Compare two", "Lays two chosen pictures side by side, with what differs."],
    ["Export", "Saves a zip of the PNGs with a table of their recipes."],
    ["Delete", "Moves the chosen ones to the trash."],
    ["Restore", "Takes them out of it again."],
  ]],
  ["#gl-word", "This picture", [
    ["Open", "Draws it again from its recipe, on the tab that it came from."],
    ["Download PNG", "Saves the file that was kept, with its recipe."],
    ["Tags, Note", "Words to find it by, with commas between tags; they are saved when you leave the box."],
    ["Delete", "Moves it to the trash."],
  ]],
];
