// @ts-check
// A recipe's own parts: what a dropped picture, or one of the library, has and no control can say. A vector in place of
// words, latents that are sums or numbers, edits. They go along in the address and in every request; typing a word takes
// the place of the vector, another seed that of the latents, and each can be let go.

import { createNode } from "../shared/web/dom.js";

const LONGEST = 48000; // letters, as the server has it
const PARTS = ["condition", "latents", "edits"];

/** @param {string | null} text out of the address @returns {any} the parts, or null */
export function parseRecipe(text) {
  if (!text || text.length > LONGEST) return null;
  try {
    const parts = JSON.parse(text);
    const names = Object.keys(parts);
    return names.length && !Array.isArray(parts) && names.every((name) => PARTS.includes(name) && parts[name]) ? parts : null;
  } catch {
    return null;
  }
}

/** The recipe without one of its parts; null where nothing is left. @param {any} recipe @param {string} part */
export function withoutPart(recipe, part) {
  if (!recipe) return null;
  const { [part]: gone, ...rest } = recipe;
  return Object.keys(rest).length ? rest : null;
}

/** The same with one of its tiles alone; latents of a seed stay as they are. @param {any} recipe @param {number} index */
export function withTile(recipe, index) {
  const { latents } = recipe;
  if (!Array.isArray(latents.tiles)) return { ...recipe, latents: { kind: "mixed", tiles: [[[1, latents.seed, index]]] } };
  const own = latents.w ? { w: latents.w.slice(index, index + 1) } : {};
  return { ...recipe, latents: { ...latents, tiles: latents.tiles.slice(index, index + 1), ...own } };
}

function edits({ directions = [], off = {} }) {
  const units = Object.values(off).flat().length;
  const parts = [directions.length && `${directions.length} direction${directions.length > 1 ? "s" : ""}`, units && `without ${units} unit${units > 1 ? "s" : ""}`];
  return parts.filter(Boolean).join(", ");
}

/** The own parts as buttons that let them go. @param {any} box @param {any} recipe */
export function showRecipe(box, recipe) {
  box.hidden = !recipe;
  const names = { condition: "its own vector", latents: "its own latents", edits: edits(recipe?.edits ?? {}) };
  const chips = Object.keys(recipe ?? {}).map((part) => {
    const chip = createNode("button", "gx-chip", `${names[part]} ×`);
    [chip.type, chip.dataset.part] = ["button", part];
    chip.setAttribute("aria-label", `Let go: ${names[part]}`);
    return chip;
  });
  const text = JSON.stringify(Object.keys(recipe ?? {}));
  if (box.dataset.shown === text) return; // a drag shows the same many times
  box.dataset.shown = text;
  box.querySelector(".gx-chips").replaceChildren(...chips);
}
