// @ts-check
// The state of the Arithmetic tab, and its twin in the address bar.

import { clamp, fieldsOf, parseSeed, parseTileNames } from "../shared/web/parse.js";
import { drawnWithFields, parseDrawnWith, parseStyle } from "../shared/web/style.js";

export const VIEW_NAMES = ["words", "pictures", "axes"];
export const TERMS = { plus: 1, minus: -1, more: 1 };
export const MOST_TILES = 15;
export const MOST_AXES = 6;
export const FIELDS = ["view", "w", "s", "psi", "style", "wt", "k", "noise", "axis", "tostyle", "styleby", ...Object.keys(TERMS)];

/** @param {string} search what follows the address */
export function parseState(search) {
  const query = new URLSearchParams(search);
  const own = query.get("tab") === "arithmetic"; // else the address is still another tab's
  const mine = (name) => (own ? query.get(name) : null);
  const typed = (query.get("w") ?? "").slice(0, 200);
  return {
    view: VIEW_NAMES.includes(mine("view") ?? "") ? mine("view") : "words",
    sum: own && mine("view") === null ? typed : isSum(typed) ? typed : "", // a sum typed elsewhere comes along
    w: (own && mine("view") !== null) || (!own && !isSum(typed)) ? typed : "",
    s: parseSeed(query.get("s") ?? "") ?? "0",
    ...parseDrawnWith(query),
    plus: parseTileNames(mine("plus"), MOST_TILES),
    minus: parseTileNames(mine("minus"), MOST_TILES),
    more: parseTileNames(mine("more"), MOST_TILES),
    noise: clamp(mine("noise"), 0, 1, 0.25),
    toStyle: parseStyle(mine("tostyle")), // the style that the present one is moved towards
    styleBy: clamp(mine("styleby"), 0, 1, 0),
    axes: own ? query.getAll("axis").slice(0, MOST_AXES).map(parseAxis) : [],
  };
}

/** Whether a text adds or takes away. @param {string} text */
export function isSum(text) {
  return /[-+*] /.test(text);
}

const VIEW_FIELDS = { words: ["sum"], pictures: ["w", ...Object.keys(TERMS), "noise"], axes: ["w", "axes", "toStyle", "styleBy"] };

/** What an address says of its view. @param {string} search */
export function restoredState(search) {
  const next = parseState(search);
  return fieldsOf(next, ["view", "s", "psi", "style", "wt", "k", ...VIEW_FIELDS[next.view]]);
}

// small|big|0.5
export function parseAxis(text) {
  const [from = "", to = "", amount = "0"] = text.split("|").map((part) => part.slice(0, 200));
  return [from, to, clamp(amount, -2, 2, 0)];
}

export function stateFields(state) {
  const written = state.view === "words" ? [["w", state.sum]] : [["view", state.view], ...(state.w ? [["w", state.w]] : [])];
  if (state.s !== "0") written.push(["s", state.s]);
  written.push(...drawnWithFields(state));
  if (state.view === "pictures") {
    for (const term of Object.keys(TERMS)) if (state[term].length) written.push([term, state[term].join(",")]);
    if (state.noise !== 0.25) written.push(["noise", state.noise]);
  }
  if (state.view === "axes") {
    for (const axis of state.axes) written.push(["axis", axis.join("|")]);
    if (state.styleBy) written.push(["tostyle", state.toStyle], ["styleby", state.styleBy]);
  }
  return written;
}
