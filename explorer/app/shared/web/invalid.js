// @ts-check
// What somebody typed and cannot be taken: marked in its box, and said right below it, with the range.

import { createNode, setText } from "./dom.js";
import { parseSeed } from "./parse.js";

export const SEED_RANGE = "A seed is a whole number from 0 to 9223372036854775807.";
let numbers = 0;

/** Say what is wrong with a box; "" takes it back. @param {any} box @param {string} sentence */
export function showInvalid(box, sentence) {
  let note = box.nextElementSibling?.matches(".gx-invalid") ? box.nextElementSibling : null;
  box.setAttribute("aria-invalid", String(Boolean(sentence)));
  if (!sentence) {
    if (!note) return;
    const others = (box.getAttribute("aria-describedby") ?? "").split(" ").filter((/** @type {string} */ id) => id && id !== note.id);
    if (others.length) box.setAttribute("aria-describedby", others.join(" "));
    else box.removeAttribute("aria-describedby");
    box.parentElement.classList.remove("gx-has-invalid");
    return note.remove();
  }
  if (!note) {
    note = createNode("small", "gx-invalid");
    note.setAttribute("role", "alert");
    note.id = `gx-invalid-${++numbers}`;
    box.after(note);
    box.parentElement.classList.add("gx-has-invalid");
    box.setAttribute("aria-describedby", `${box.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());
  }
  setText(note, sentence);
}

/** The range of a number, in a sentence. @param {string} name @param {number} low @param {number} high @param {boolean} whole */
export function rangeSentence(name, low, high, whole) {
  return `${name} is a ${whole ? "whole " : ""}number from ${low.toLocaleString("en")} to ${high.toLocaleString("en")}.`;
}

/** A box for a seed. What is no seed stays there with its sentence until it is mended, or another seed comes from
 * elsewhere. @param {any} box @param {(seed: string) => void} chosen @returns {(seed: string) => void} shows the present one */
export function seedBox(box, chosen) {
  /** @type {string | null} */
  let shown = null;
  box.addEventListener("input", () => {
    const seed = parseSeed(box.value);
    showInvalid(box, seed === null ? SEED_RANGE : "");
    if (seed === null) return;
    shown = seed;
    chosen(seed);
  });
  return (seed) => {
    const given = shown === null ? new URLSearchParams(location.search).get("s") : null;
    if (seed === shown && (document.activeElement === box || box.ariaInvalid === "true")) return;
    [shown, box.value] = [seed, seed];
    const wrong = given !== null && parseSeed(given) === null; // in the address that the page was opened with
    if (wrong) box.value = given.slice(0, 19);
    showInvalid(box, wrong ? `${SEED_RANGE} Drawn with ${seed}.` : "");
  };
}
