// @ts-check
// What a picture is drawn with: as JSON that the app opens again (explorer/explore/spec/serialize.py), as numbers for the
// generator, and as an address.

import { clamp, parseSeed } from "../../../app/shared/web/parse.js";
import { parseStyle } from "../../../app/shared/web/style.js";
import { between, labelShares, labelsTaken, labelWeights, styleRows, towardsLabel } from "./condition.js";
import { normals, PURPOSE, uniform } from "./latents.js";
import { smooth } from "./psi.js";

/** @typedef {{ w: string, s: string, n: number, psi: number, style: string, wt: number | null, w2: string | null, at: number }} State
 * wt: null where it is the generator's own; w2: what is walked to, and at: how far, 0 .. 1 */

const COUNTS = [16, 64];

/** @param {string} text what follows the `#` of the page @param {string} word to begin with @returns {State} */
export function parseState(text, word) {
  const query = new URLSearchParams(text);
  return {
    w: (query.get("w") ?? word).slice(0, 200),
    s: parseSeed(query.get("s") ?? "") ?? "0",
    n: COUNTS.includes(Number(query.get("n"))) ? Number(query.get("n")) : COUNTS[0],
    psi: clamp(query.get("psi"), 0, 1.5, 1),
    style: parseStyle(query.get("style")),
    wt: clamp(query.get("wt"), 0, 1, null),
    w2: query.get("w2")?.slice(0, 200) ?? null,
    at: clamp(query.get("at"), 0, 1, 0),
  };
}

/** @param {State} state */
export function addressOf({ w, s, n, psi, style, wt, w2, at }) {
  /** @type {[string, unknown, unknown][]} */
  const all = [["w", w, null], ["s", s, "0"], ["n", n, COUNTS[0]], ["psi", psi, 1], ["style", style, ""], ["wt", wt, null], ["w2", w2, null], ["at", at, 0]];
  return new URLSearchParams(all.filter(([, value, usual]) => value !== usual).map(([field, value]) => [field, String(value)])).toString();
}

/** The spec of what is on show, or of one of its tiles, as one line of JSON.
 * @param {string} checkpoint @param {State} state @param {ArrayLike<number> | null} vector a condition that no text says
 * @param {number} wt @param {number} [tile] */
export function recipeOf(checkpoint, { w, s, n, psi, style }, vector, wt, tile) {
  const text = (/** @type {unknown} */ value) => JSON.stringify(value).replace(/[^ -~]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const latents = tile === undefined ? `{"kind":"seeded","seed":${s},"count":${n}}` : `{"kind":"mixed","tiles":[[[1.0,${s},${tile}]]]}`;
  const fields = [`"v":1`, `"checkpoint":${text(checkpoint)}`, `"condition":${vector ? text(Array.from(vector)) : text(w)}`, `"latents":${latents}`];
  fields.push(`"psi":${psi}`, `"psi_mode":"smooth"`, `"jitter":0.0`, `"blend":0.0`);
  if (style) fields.push(`"style":${text(style)}`);
  if (wt) fields.push(`"word_truncation":${wt}`);
  return `{${fields.join(",")}}`;
}

/** The numbers that the generator is given, and the label that each tile went towards (none without word truncation).
 * @param {any} facts of the page @param {Float32Array} labelVectors @param {State} state @param {Float32Array} vector @param {number} wt
 * @returns {{ z: Float32Array, c: Float32Array, count: number, taken: string[] }} */
export function numbersOf(facts, labelVectors, { s, n, psi, style }, vector, wt) {
  const { z_dim: zDim, c_dim: cDim } = facts.network;
  const [seed, indices] = [BigInt(s), Array.from({ length: n }, (_, i) => i)];
  const [z, c] = [new Float32Array(n * zDim), new Float32Array(n * cDim)];
  for (const i of indices) z.set(smooth(normals(seed, i, PURPOSE.z, zDim), psi), i * zDim);
  if (!cDim) return { z, c, count: n, taken: [] };
  const taken = wt ? labelsTaken(labelShares(labelVectors, vector), indices.map((i) => uniform(seed, i))) : [];
  const styles = facts.styles.length ? styleRows(facts, style, indices) : [];
  const rows = new Map(); // of vectors by the label taken
  for (const i of indices) {
    if (!rows.has(taken[i])) {
      const near = wt ? towardsLabel(labelVectors, vector, wt, taken[i]) : vector;
      rows.set(taken[i], facts.conditioning === "label" ? labelWeights(labelVectors, near) : near);
    }
    c.set(rows.get(taken[i]), i * cDim);
    if (styles.length) c.set(styles[i], i * cDim + vector.length);
  }
  return { z, c, count: n, taken: taken.map((place) => facts.labels[place]) };
}

/** The vector of what is on show, and its numbers where no text says it. @param {Float32Array} first @param {Float32Array | null} second @param {number} at */
export function walked(first, second, at) {
  if (!second || at <= 0) return { vector: first, written: null };
  if (at >= 1) return { vector: second, written: null };
  const mixed = between(first, second, at);
  return { vector: Float32Array.from(mixed), written: mixed };
}
