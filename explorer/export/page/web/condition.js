// @ts-check
// From a word to a generator's condition: its vector or its label's, the table of labels, how familiar it is, word
// truncation, styles. As explorer/explore/render and explorer/words have it.

import { EACH, OPEN } from "../../../app/shared/web/style.js";
import { ExpressionError, resolve } from "./expressions.js";
import { dot, rowOf } from "./numbers.js";

/** @typedef {{ labels: string[], conditioning: Conditioning, styles: string[], name: string, familiarity: { median: number, shares: number[] } }} Facts */
/** @typedef {import("./space.js").Space} Space */

const SAME_AS_READ = 1 - 1e-4; // cosine from which a label's vector is the one that its words give
const SAME = 1 - 1e-5; // from which a word is the label itself
const NEAREST = 8; // labels that a word may take in word truncation
const TRUNCATION_TEMPERATURE = 0.03;
const LABEL_TEMPERATURE = 0.05;
const [NEAR, FAR] = [0.4, 0.22];
const MAX_WEIGHT = 1000;

/** @param {ArrayLike<number>} vector */
function unit(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return Float32Array.from(vector, (value) => value / length);
}

/** The vector of what was typed, and what is to be said of it. Throws an ExpressionError.
 * @param {Space} space @param {Facts} facts @param {Float32Array} labelVectors @param {string} text */
export function readCondition(space, facts, labelVectors, text) {
  const name = text.split(/\s+/).filter(Boolean).join(" ");
  const place = [name, name.toLowerCase()].map((one) => facts.labels.indexOf(one)).find((found) => found >= 0);
  if (place === undefined) return resolve(space, text);
  const own = rowOf(labelVectors, space.dim, place);
  try {
    const reading = resolve(space, text);
    if (dot(own, reading.vector) > SAME_AS_READ) return reading;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
  }
  return { vector: own, words: new Set([name]), hints: [] };
}

/** The point at a share of the way between two unit vectors. @param {Float32Array} a @param {Float32Array} b @param {number} share */
export function between(a, b, share) {
  const mixed = Float64Array.from(a, (value, i) => (1 - share) * value + share * b[i]);
  const length = Math.sqrt(dot(mixed, mixed));
  if (length < 1e-6) throw new ExpressionError("These two point in opposite directions; walk to another word.");
  return mixed.map((value) => value / length);
}

/** [label, cosine] of each label, best first. @param {Facts} facts @param {Float32Array} labelVectors @param {Float32Array} vector
 * @returns {[string, number][]} */
export function labelTable({ labels }, labelVectors, vector) {
  const rows = labels.map((label, i) => /** @type {[string, number]} */ ([label, Math.max(-1, Math.min(1, dot(rowOf(labelVectors, vector.length, i), vector)))]));
  return rows.sort(([, a], [, b]) => b - a);
}

/** How far a word lies from training. above: 0 at the vocabulary's median word, 1 at a label.
 * @param {Facts} facts @param {Space} space @param {number} best cosine with the nearest label */
export function familiarity({ familiarity: { median, shares } }, space, best) {
  const above = (best - median) / (1 - median);
  const shown = best.toFixed(2).replace(/^-(0\.00)$/, "$1");
  if (above < FAR) return { above, level: "far", sentence: `Far from everything trained (cosine ${shown} to the nearest label): this picture is a guess.` };
  if (above < NEAR) return { above, level: "between", sentence: `Some way from the training words (cosine ${shown} to the nearest): part of this picture is a guess.` };
  if (best >= 0.999) return { above, level: "near", sentence: "This is a training word itself." };
  const closer = 100 - (100 * shares.filter((share) => share < best).length) / shares.length;
  const share = closer >= 0.1 ? `${closer.toFixed(1)} %` : "fewer than 0.1 %";
  return { above, level: "near", sentence: `Near the training words (cosine ${shown}): ${share} of the words in ${space.name} lie nearer.` };
}

/** How often a word takes each of the labels nearest to it: [place, share], nearest first.
 * @param {Float32Array} labelVectors @param {Float32Array} vector @returns {[number, number][]} */
export function labelShares(labelVectors, vector) {
  const dim = vector.length;
  const cosines = Array.from({ length: labelVectors.length / dim }, (_, i) => dot(rowOf(labelVectors, dim, i), vector));
  const near = cosines.map((_, i) => i).sort((a, b) => cosines[b] - cosines[a] || a - b).slice(0, NEAREST);
  if (cosines[near[0]] > SAME) return [[near[0], 1]];
  const weights = near.map((i) => Math.exp((cosines[i] - cosines[near[0]]) / TRUNCATION_TEMPERATURE));
  const total = weights.reduce((a, b) => a + b, 0);
  return near.map((i, n) => [i, weights[n] / total]);
}

/** Which label each tile takes, by its number in (0, 1). @param {[number, number][]} shares @param {number[]} numbers */
export function labelsTaken(shares, numbers) {
  return numbers.map((number) => {
    let height = 0;
    return (shares.find(([, share], i) => i === shares.length - 1 || (height += share) >= number) ?? shares[0])[0];
  });
}

/** A vector gone towards a label's. @param {Float32Array} labelVectors @param {Float32Array} vector @param {number} share @param {number} place */
export function towardsLabel(labelVectors, vector, share, place) {
  const label = rowOf(labelVectors, vector.length, place);
  if (dot(label, vector) > SAME) return vector;
  const mixed = Float64Array.from(vector, (value, i) => (1 - share) * value + share * label[i]);
  return share === 1 || Math.sqrt(dot(mixed, mixed)) < 1e-6 ? label : unit(mixed);
}

/** How much of each label a label-conditional generator is given. @param {Float32Array} labelVectors @param {Float32Array} vector */
export function labelWeights(labelVectors, vector) {
  const dim = vector.length;
  const cosines = Array.from({ length: labelVectors.length / dim }, (_, i) => dot(rowOf(labelVectors, dim, i), vector));
  if (cosines.some((cosine) => cosine > SAME)) return Float32Array.from(cosines, (cosine) => Number(cosine > SAME));
  const most = Math.max(...cosines);
  const weights = cosines.map((cosine) => Math.exp((cosine - most) / LABEL_TEMPERATURE));
  const total = weights.reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (weight) => weight / total);
}

/** A style as typed that cannot be read. */
export class StyleError extends ExpressionError {}

/** The weights of a typed mixture of styles, all 0 where it is open. @param {Facts} facts @param {string} typed */
export function readStyle({ styles }, typed) {
  const weights = new Float64Array(styles.length);
  const plain = typed.replace(/[×·∗]/g, "*").replace(/[−–—]/g, "-").trim();
  if (["", OPEN].includes(plain.toLowerCase())) return weights;
  if (/(?:^|\s)-|\*\s*-/.test(plain)) throw new StyleError("Styles are mixed, and none can be taken away; write such as noto + 0.5*doodle.");
  let total = 0;
  for (const part of plain.split("+")) {
    const term = /^(?:([0-9]{1,9}\.?[0-9]{0,9}|\.[0-9]{1,9})\s*\*\s*)?([^\s*](?:[^*]*[^\s*])?)$/.exec(part.trim());
    if (!term) throw new StyleError(`The style ${plain} cannot be read; write such as noto, or noto + 0.5*doodle.`);
    const weight = Number(term[1] ?? 1);
    if (weight > MAX_WEIGHT) throw new StyleError(`The weight of a style is at most ${MAX_WEIGHT}, not ${term[1]}.`);
    total += weight;
    const name = term[2].toLowerCase();
    if (name === EACH) throw new StyleError(`${EACH} stands alone: every picture has one style then, and it cannot be mixed.`);
    const place = [name, name.replace(/[\s_-]+/g, "-")].map((one) => styles.indexOf(one)).find((found) => found >= 0);
    if (place === undefined && name !== OPEN) throw new StyleError(`There is no style ${term[2]}; there are ${styles.join(", ")}.`);
    if (place !== undefined) weights[place] += weight;
  }
  if (!total) throw new StyleError("The weights of these styles are all 0; give one of them a weight.");
  return weights.map((weight) => weight / total);
}

/** Each tile's weights of styles. @param {Facts} facts @param {string} style @param {number[]} indices of the tiles */
export function styleRows(facts, style, indices) {
  if (style !== EACH) return Array(indices.length).fill(readStyle(facts, style));
  return indices.map((index) => Float64Array.from(facts.styles, (_, i) => Number(i === index % facts.styles.length)));
}
