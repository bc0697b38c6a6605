// @ts-check
// The state of the Compare tab, and its twin in the address bar.

import { fieldsOf, parseSeed } from "../shared/web/parse.js";
import { drawnWithFields, parseDrawnWith } from "../shared/web/style.js";

export const MOST_COMPARED = 12;
export const MOST_VALUES = 256; // of one side of a grid
export const SIDES = ["x", "y"];
export const GROWS = ["psi", "word", "style", "seed", "checkpoint", "epoch"]; // along a side of a grid
export const FIELDS = ["view", "of", "n", "w", "s", "psi", "style", "wt", "x", "xv", "y", "yv"];

/** @param {string} search what follows the address */
export function parseState(search) {
  const query = new URLSearchParams(search);
  const values = (name, most) => query.getAll(name).slice(0, most).map((value) => value.slice(0, 300));
  return {
    view: query.get("view") === "grid" ? "grid" : "side",
    of: [...new Set(values("of", MOST_COMPARED))], // none: those of compared()
    n: query.get("n") === "5000" ? 5000 : 1000,
    w: (query.get("w") ?? "").slice(0, 200), // "" is the first example
    s: parseSeed(query.get("s") ?? "") ?? "0",
    ...parseDrawnWith(query),
    x: GROWS.includes(query.get("x")) ? query.get("x") : "psi",
    xv: values("xv", MOST_VALUES), // none: the usual ones
    y: ["", ...GROWS].includes(query.get("y")) ? query.get("y") : "word", // "": one row
    yv: values("yv", MOST_VALUES),
  };
}

/** What an address says of its view, and what came along from another tab. @param {string} search @param {string[]} taken */
export function restoredState(search, taken) {
  const next = parseState(search);
  return next.view === "grid" ? next : fieldsOf(next, ["view", "of", "n", "s", ...taken]);
}

export function stateFields(state) {
  const fields = state.of.map((name) => ["of", name]);
  if (state.n !== 1000) fields.push(["n", state.n]);
  if (state.s !== "0") fields.push(["s", state.s]);
  if (state.view !== "grid") return fields;
  fields.unshift(["view", "grid"]);
  if (state.w) fields.push(["w", state.w]);
  fields.push(...drawnWithFields(state));
  for (const side of SIDES) {
    fields.push([side, state[side]]);
    for (const value of state[`${side}v`]) fields.push([`${side}v`, value]);
  }
  return fields;
}
