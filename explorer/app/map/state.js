// @ts-check
// The state of the Map tab, and its twin in the address bar.

import { clamp, parseSeed } from "../shared/web/parse.js";
import { drawnWithFields, parseDrawnWith } from "../shared/web/style.js";

export const METHODS = ["pca", "tsne"];
export const REACH = 4; // map units, see explore/map/projection.py
export const MOST_ZOOM = 64;
export const FIELDS = ["w", "m", "x", "y", "zoom", "s", "psi", "style", "wt"];

/** @param {string} search what follows the address */
export function parseState(search) {
  const query = new URLSearchParams(search);
  const own = query.get("tab") === "map"; // else x and y are another tab's
  const place = (name) => (own ? clamp(query.get(name), -REACH, REACH, null) : null);
  const [x, y] = [place("x"), place("y")];
  return {
    w: (query.get("w") ?? "").slice(0, 200), // "": one of the generator's own
    m: own && METHODS.includes(query.get("m") ?? "") ? query.get("m") : "pca",
    at: x === null || y === null ? null : [x, y], // null: at the typed word
    zoom: own ? clamp(query.get("zoom"), 1, MOST_ZOOM, 1) : 1,
    s: parseSeed(query.get("s") ?? "") ?? "0",
    ...parseDrawnWith(query),
  };
}

export function stateFields(state) {
  const fields = state.w ? [["w", state.w]] : [];
  if (state.m !== "pca") fields.push(["m", state.m]);
  if (state.at) fields.push(["x", state.at[0]], ["y", state.at[1]]);
  if (state.zoom !== 1) fields.push(["zoom", Number(state.zoom.toFixed(2))]);
  if (state.s !== "0") fields.push(["s", state.s]);
  return [...fields, ...drawnWithFields(state)];
}
