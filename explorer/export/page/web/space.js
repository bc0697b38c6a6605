// @ts-check
// The words of a page and their unit vectors, as explorer/words/space.py has them.

import { rowOf } from "./numbers.js";
import { suggester } from "./suggest.js";

const TAGGED = /^([^]+)[|_]([A-Z]{1,12})$/;

/** A word without its part of speech, if it carries one. @param {string} word */
export const untagged = (word) => TAGGED.exec(word)?.[1] ?? word;

export class Space {
  /** @param {string} name @param {string[]} words in the order of frequency @param {Int8Array} rows [words, dim] */
  constructor(name, words, rows) {
    this.name = name;
    this.words = words;
    this.dim = rows.length / words.length;
    /** @type {ReturnType<typeof suggester> | null} */
    this.suggester = null;
    this.matrix = new Float32Array(rows.length);
    for (let at = 0; at < rows.length; at += this.dim) {
      let square = 0;
      for (let i = at; i < at + this.dim; i++) square += rows[i] * rows[i];
      const length = Math.fround(Math.sqrt(square));
      for (let i = at; i < at + this.dim; i++) this.matrix[i] = rows[i] / length;
    }
    this.ranks = new Map(words.map((word, rank) => [word, rank]));
    /** @type {Map<string, string[]>} */
    this.tagged = new Map();
    const sample = words.filter((_, i) => i % Math.max(1, Math.floor(words.length / 1000)) === 0);
    if (sample.filter((word) => TAGGED.test(word)).length < 0.8 * sample.length) return;
    for (const word of words) if (TAGGED.test(word)) this.tagged.set(untagged(word), [...(this.tagged.get(untagged(word)) ?? []), word]);
  }

  /** The word itself or its most frequent tagged form; null for neither. @param {string} word @returns {string | null} */
  known(word) {
    return this.ranks.has(word) ? word : (this.tagged.get(word)?.[0] ?? null);
  }

  /** @param {string} word one of its own */
  vector(word) {
    return rowOf(this.matrix, this.dim, /** @type {number} */ (this.ranks.get(word)));
  }

  /** The words of highest cosine, best first. @param {Float32Array} vector unit @param {number} count @param {Set<string>} without
   * @returns {[string, number][]} */
  nearest(vector, count, without) {
    const [{ matrix, dim }, most] = [this, count + without.size];
    /** @type {[string, number][]} */
    const best = [];
    for (let row = 0, at = 0; row < this.words.length; row++) {
      let cosine = 0;
      for (let i = 0; i < dim; i++, at++) cosine += matrix[at] * vector[i];
      if (best.length === most && cosine <= best[most - 1][1]) continue;
      const place = best.findIndex(([, other]) => other < cosine);
      best.splice(place < 0 ? best.length : place, 0, [this.words[row], cosine]);
      best.length = Math.min(best.length, most);
    }
    return best.filter(([word]) => !without.has(word)).slice(0, count);
  }

  /** @param {string} word @param {number} [count] */
  suggest(word, count) {
    this.suggester ??= suggester(this.tagged.size ? [...new Set(this.words.map(untagged))] : this.words);
    return this.suggester(word, count);
  }
}
