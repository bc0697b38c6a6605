// @ts-check
// What the page shows, and its twin in the address bar. A field is written there only when it is not the default,
// except the word: `?w=slipper&s=7&psi=0.8`. Whatever comes from the address bar is clipped here and checked again
// by the server.

import { clamp, ignoresWords, parseSeed } from "../shared/web/parse.js";
import { drawnWith, drawnWithFields, parseDrawnWith } from "../shared/web/style.js";
import { parseRecipe } from "./recipe.js";

export const MOST_KEPT = 64;
export const DEFAULTS = { w: "slipper", s: "0", view: "16", psi: 1, mode: "smooth", style: "", wt: null, j: 0, b: 0, t: 0.05, w2: null, at: 0.5, diff: false };

export function parseKept(text) {
  const kept = [];
  for (const pair of (text || "").split(",").slice(0, MOST_KEPT)) {
    const [seed, index, ...rest] = pair.split(".");
    const checked = parseSeed(seed);
    if (checked !== null && !rest.length && /^[0-9]{1,3}$/.test(index || "") && Number(index) < 256) {
      const name = `${checked}.${Number(index)}`;
      if (!kept.includes(name)) kept.push(name);
    }
  }
  return kept;
}

export function parseState(search) {
  const query = new URLSearchParams(search);
  const mode = query.get("mode") === "resample" ? "resample" : "smooth";
  const kept = parseKept(query.get("z"));
  const count = query.get("n");
  return {
    w: (query.get("w") ?? DEFAULTS.w).slice(0, 200),
    s: parseSeed(query.get("s") ?? "") ?? DEFAULTS.s,
    view: ["16", "64"].includes(count) ? count : kept.length ? "kept" : DEFAULTS.view,
    ...parseDrawnWith(query),
    ...(mode === "resample" ? { psi: clamp(query.get("psi"), 0.05, 1, 1) } : {}),
    mode,
    j: clamp(query.get("j"), 0, 1, 0),
    b: clamp(query.get("b"), 0, 1, 0), // the blend of older addresses, until the word truncation that replaced it is moved
    t: clamp(query.get("t"), 0.01, 1, DEFAULTS.t),
    kept,
    recipe: parseRecipe(query.get("r")),
    w2: query.get("w2")?.slice(0, 200) ?? DEFAULTS.w2, // the second word; null: there is none
    at: clamp(query.get("at"), 0, 1, DEFAULTS.at), // of the divider between the two
    diff: query.get("diff") === "1",
  };
}

export const FIELDS = ["w", "s", "n", "psi", "style", "wt", "mode", "j", "b", "t", "k", "z", "r", "w2", "at", "diff"];

export function stateFields(state) {
  const fields = [["w", state.w]];
  if (state.s !== DEFAULTS.s) fields.push(["s", state.s]);
  fields.push(...drawnWithFields(state));
  for (const key of ["mode", "j", "b", "t"]) if (state[key] !== DEFAULTS[key]) fields.push([key, state[key]]);
  if (state.kept.length) fields.push(["z", state.kept.join(",")]);
  if (state.view !== "kept" && (state.view !== DEFAULTS.view || state.kept.length)) fields.push(["n", state.view]);
  if (state.recipe) fields.push(["r", JSON.stringify(state.recipe)]);
  if (state.w2 === null) return fields;
  fields.push(["w2", state.w2]);
  if (state.at !== DEFAULTS.at) fields.push(["at", state.at]);
  if (state.diff) fields.push(["diff", 1]);
  return fields;
}

/** The request for a state's pictures: the address bar's fields, with the seeds as text, and without those that the
 * generator is not conditioned on. Before the menu says which those are, the address is believed.
 * @param {any} state @param {string} mailbox @param {{ offer?: Offer, generator: string }} page */
export function drawRequest(state, mailbox, { offer, generator }) {
  const { w, s, mode, j, b, t } = state;
  const { conditioning } = offer ?? {};
  /** @type {any} */
  const request = { tab: mailbox, w: ignoresWords(conditioning) ? "" : w, s, ...drawnWith(state, { offer }), mode, j, b, c: generator };
  if (t !== DEFAULTS.t && (!conditioning || conditioning === "label")) request.t = t;
  if (state.recipe) request.r = JSON.stringify(state.recipe);
  return state.view === "kept" ? { ...request, z: state.kept } : { ...request, n: Number(state.view) };
}

/** The same of the second word, on the same latents. A recipe's own vector takes the place of the first word alone.
 * @param {any} request @param {string} w2 @param {string} mailbox */
export function secondRequest(request, w2, mailbox) {
  const { r, ...rest } = request;
  const { condition, ...parts } = JSON.parse(r ?? "{}");
  return { ...rest, ...(Object.keys(parts).length && { r: JSON.stringify(parts) }), tab: mailbox, w: w2 };
}
