// @ts-check
// The latent of a tile from (seed, index), as explorer/explore/spec/latents.py has it: the words of the Philox generator
// (Salmon et al. 2011), keyed by seed and index, through the normal's inverse distribution function.

import { ndtr, ndtri } from "./normal.js";

const [M0, M1] = [0xd2e7470ee14c6c93n, 0xca5a826395121157n]; // Philox-4x64: its multipliers, and how its keys go on
const [W0, W1] = [0x9e3779b97f4a7c15n, 0xbb67ae8584caa73bn];
const ROUNDS = 10;
const KEPT = 512; // tiles whose numbers are remembered
export const PURPOSE = { z: 0n, label: 4n };

const low = (/** @type {bigint} */ x) => BigInt.asUintN(64, x);

/** Four words of 64 bits. @param {bigint} count which four, from 1 @param {bigint} key0 @param {bigint} key1 */
function philox(count, key0, key1) {
  let [c0, c1, c2, c3] = [count, 0n, 0n, 0n];
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b] = [M0 * c0, M1 * c2];
    [c0, c1, c2, c3] = [(b >> 64n) ^ c1 ^ key0, low(b), (a >> 64n) ^ c3 ^ key1, low(a)];
    [key0, key1] = [low(key0 + W0), low(key1 + W1)];
  }
  return [c0, c1, c2, c3];
}

/** The first raw words of a tile's stream. @param {bigint} seed @param {number} index @param {bigint} purpose @param {number} count */
export function words(seed, index, purpose, count) {
  const found = [];
  for (let block = 1n; found.length < count; block++) found.push(...philox(block, seed, (purpose << 32n) | BigInt(index)));
  return found.slice(0, count);
}

/** A normal number out of a word: one bit is the sign, 53 are the tail's probability. @param {bigint} word */
function normalOf(word) {
  const size = -ndtri((Number(word >> 11n) + 0.5) * 2 ** -54);
  return word & 1n ? size : -size;
}

/** @type {Map<string, Float64Array>} */
const remembered = new Map();

/** Standard normal noise of a tile. @param {bigint} seed @param {number} index @param {bigint} purpose @param {number} count */
export function normals(seed, index, purpose, count) {
  const name = `${seed} ${index} ${purpose} ${count}`;
  let found = remembered.get(name);
  if (!found) {
    found = Float64Array.from(words(seed, index, purpose, count), normalOf);
    if (remembered.size >= KEPT) remembered.clear();
    remembered.set(name, found);
  }
  return found;
}

/** A tile's number in (0, 1), by which it takes a label in word truncation. @param {bigint} seed @param {number} index */
export function uniform(seed, index) {
  return ndtr(normals(seed, index, PURPOSE.label, 1)[0]);
}
