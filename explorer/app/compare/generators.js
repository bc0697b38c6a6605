// @ts-check
// Which generators can be compared, and which of them are.

import { page } from "../shared/web/page.js";

/** @param {string} name @returns {Offer | undefined} */
export function lineOf(name) {
  return page.menu?.checkpoints.find((line) => line.name === name);
}

// Those that can be opened, in the order in which they were chosen; without a choice, the header's and others like it.
export function compared(state) {
  if (state.of.length) return state.of.filter((name) => lineOf(name) && !lineOf(name).error);
  const here = page.offer;
  if (!here || here.error) return [];
  const like = (line) => !line.error && line.kimg === null && String(line.examples) === String(here.examples);
  return [here.name, ...page.menu.checkpoints.filter((line) => like(line) && line.name !== here.name).map(({ name }) => name)].slice(0, 3);
}

// What cannot be shown of the choice, in sentences.
export function missing(state) {
  return state.of.filter((name) => !lineOf(name) || lineOf(name).error).map((name) => [name, lineOf(name)?.error ?? "There is no generator of that name here."]);
}
