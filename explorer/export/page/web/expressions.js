// @ts-check
// What somebody typed, as a vector: the grammar of sums, the words of a space, hints. As explorer/words/expressions does it.

import { otherNumbers } from "./inflect.js";
import { dot } from "./numbers.js";
import { untagged } from "./space.js";
import { fold } from "./suggest.js";

/** @typedef {import("./space.js").Space} Space */
/** @typedef {{ text: string, at: number }} Word */
/** @typedef {{ weight: number, words: Word[] }} Term */

const [MAX_TEXT, MAX_DEPTH, MAX_WEIGHT, LONGEST_COMPOUND] = [200, 20, 1000, 3];
const SAME_MEANING = 0.35; // cosine from which two words are read as the one that they spell together
/** @type {Record<string, string>} */
const PLAIN = { "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "∗": "*", "’": "'", "‘": "'" };
const NUMBER = /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?=\s*\*)/y;
const WORD = /[^\s+*()]+/y;
const UNSHOWN = /[\p{C}\p{Zl}\p{Zp}]/u;
const MARKS = ".,;:!?\"'“”„«»…";

/** A text that cannot be read. */
export class ExpressionError extends Error {
  /** @param {string} message a sentence @param {{ word?: string, suggestions?: string[] }} [unknown] the word that is not known */
  constructor(message, unknown = {}) {
    super(message);
    this.word = unknown.word;
    this.suggestions = unknown.suggestions ?? [];
  }
}

const shorten = (/** @type {string} */ text) => (text.length <= 40 ? text : `${text.slice(0, 39)}…`);

/** @param {string} text */
function tokensOf(text) {
  const tokens = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text[at])) {
      at += 1;
    } else if ("+-*()".includes(text[at])) {
      tokens.push({ kind: text[at], text: text[at], at });
      at += 1;
    } else {
      NUMBER.lastIndex = WORD.lastIndex = at;
      const number = NUMBER.exec(text);
      const [found] = number ?? /** @type {RegExpExecArray} */ (WORD.exec(text));
      const odd = UNSHOWN.exec(found);
      if (odd) throw new ExpressionError(`Character ${at + odd.index + 1} cannot be read; remove it.`);
      tokens.push({ kind: number ? "number" : "word", text: found, at });
      at += found.length;
    }
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

/** The weighted phrases of an expression. @param {string} typed @returns {Term[]} */
export function parse(typed) {
  if (typed.length > MAX_TEXT) throw new ExpressionError(`That is ${typed.length} characters long; ${MAX_TEXT} are enough for an expression.`);
  if (!typed.trim()) throw new ExpressionError("There is no word yet; type one, for example slipper.");
  const tokens = tokensOf(typed.replace(/[−–—×·∗’‘]/g, (mark) => PLAIN[mark]));
  let [at, depth] = [0, 0];
  const kind = () => tokens[at].kind;
  const place = () => `character ${tokens[at].at + 1}`;

  function sign() {
    let found = 1;
    for (; kind() === "+" || kind() === "-"; at++) if (kind() === "-") found = -found;
    return found;
  }

  function expression(/** @type {number} */ weight) {
    /** @type {Term[]} */
    const found = term(weight * sign());
    while (kind() === "+" || kind() === "-") found.push(...term(weight * sign()));
    if (["word", "number", "("].includes(kind())) throw new ExpressionError(`Put + or - before “${shorten(tokens[at].text)}” at ${place()}.`);
    if (kind() === "*") throw new ExpressionError(`The * at ${place()} stands behind a word; weights stand before, as in 0.7*coat.`);
    return found;
  }

  /** @param {number} weight @returns {Term[]} */
  function term(weight) {
    while (kind() === "number") {
      const value = Number(tokens[at].text);
      if (value > MAX_WEIGHT) throw new ExpressionError(`The weight ${shorten(tokens[at].text)} at ${place()} is too large; ${MAX_WEIGHT} is the most.`);
      at += 2; // with the * that made it a number
      weight *= value * sign();
    }
    if (kind() === "(") return group(weight);
    const words = [];
    for (; kind() === "word"; at++) words.push({ text: tokens[at].text, at: tokens[at].at });
    if (words.length) return [{ weight, words }];
    if (kind() === "end") throw new ExpressionError("The text ends where a word should follow.");
    throw new ExpressionError(`A word should stand where “${tokens[at].text}” is, at ${place()}.`);
  }

  function group(/** @type {number} */ weight) {
    const opened = place();
    at += 1;
    depth += 1;
    if (depth > MAX_DEPTH) throw new ExpressionError(`More than ${MAX_DEPTH} parentheses inside each other are too many.`);
    const found = expression(weight);
    if (kind() !== ")") throw new ExpressionError(`The “(” at ${opened} is never closed; add a “)”.`);
    at += 1;
    depth -= 1;
    return found;
  }

  const found = expression(1);
  if (kind() === ")") throw new ExpressionError(`The “)” at ${place()} closes nothing; remove it.`);
  return found;
}

/** @param {string} word @param {string} marks */
function strip(word, marks) {
  let [from, to] = [0, word.length];
  while (from < to && marks.includes(word[from])) from++;
  while (to > from && marks.includes(word[to - 1])) to--;
  return word.slice(from, to);
}

/** @param {Space} space @param {string} typed @returns {string | null} */
function spelled(space, typed) {
  const word = typed.normalize("NFC");
  for (const bare of new Set([word, strip(word, MARKS)])) {
    const lower = bare.toLowerCase();
    const unaccented = lower.normalize("NFKD").replace(/\p{M}/gu, "");
    for (const form of [bare, lower, fold(bare), bare.slice(0, 1).toUpperCase() + lower.slice(1), bare.toUpperCase(), unaccented]) {
      const known = space.known(form);
      if (known !== null) return known;
    }
  }
  return null;
}

/** @param {Space} space @param {string} typed @returns {string | null} */
function inOtherNumber(space, typed) {
  const word = strip(typed.normalize("NFC"), MARKS.replace("'", "")).toLowerCase();
  return otherNumbers(word).map((form) => space.known(form)).find((known) => known !== null) ?? null;
}

/** @param {Space} space @param {string} typed @param {string} found */
function tagHint(space, typed, found) {
  if (!space.tagged.size || typed === found) return [];
  const others = (space.tagged.get(untagged(found)) ?? []).filter((other) => other !== found);
  const also = others.length ? `; ${others.slice(0, 3).join(" and ")} ${others.length === 1 ? "is" : "are"} there, too` : "";
  return [`“${typed}” is read as ${found}${also}.`];
}

/** Suggestions for a word, and for a hyphenated one with its one unknown part replaced.
 * @param {Space} space @param {string} typed @param {string[]} parts */
function suggestions(space, typed, parts) {
  const whole = space.suggest(typed);
  const known = parts.map((part) => spelled(space, part) ?? inOtherNumber(space, part));
  if (parts.length < 2 || known.filter((one) => one === null).length !== 1) return whole;
  const missing = known.indexOf(null);
  const mended = space.suggest(parts[missing], 2).map((other) => known.map((one, i) => (i === missing ? other : one)).join("-"));
  return [...new Set([...whole.slice(0, 2), ...mended, ...whole.slice(2)])].slice(0, 5);
}

/** Words of the space for a typed one. @param {Space} space @param {Word} word @returns {{ words: string[], hints: string[] }} */
function find(space, { text: typed, at }) {
  const whole = spelled(space, typed);
  if (whole) return { words: [whole], hints: tagHint(space, typed, whole) };
  const other = inOtherNumber(space, typed);
  if (other) return { words: [other], hints: [`“${typed}” is read as ${other}.`] };
  const parts = typed.replaceAll("_", "-").split("-").filter(Boolean);
  if (parts.length > 1) {
    const one = spelled(space, parts.join("")) ?? inOtherNumber(space, parts.join(""));
    if (one) return { words: [one], hints: [`“${typed}” is read as ${one}.`] };
    const read = parts.map((part) => spelled(space, part) ?? inOtherNumber(space, part));
    if (read.every((part) => part !== null)) {
      return { words: /** @type {string[]} */ (read), hints: [`“${typed}” is read as the phrase ${read.join(" ")}; to take away, write ${read.join(" - ")}.`] };
    }
  } else if (parts.length && parts[0] !== typed) {
    return find(space, { text: parts[0], at: at + typed.indexOf(parts[0]) });
  }
  const found = suggestions(space, typed, parts);
  const where = at ? ` (character ${at + 1})` : "";
  const advice = found.length ? `did you mean ${found.join(", ")}?` : "try another word for it.";
  throw new ExpressionError(`“${shorten(typed)}”${where} is not among the ${space.words.length.toLocaleString("en")} words of this page; ${advice}`, { word: typed, suggestions: found });
}

/** The unit mean of the words' vectors. @param {Space} space @param {string[]} words */
function direction(space, words) {
  const mean = new Float64Array(space.dim);
  for (const word of words) space.vector(word).forEach((value, i) => (mean[i] += value / words.length));
  const length = Math.sqrt(dot(mean, mean));
  if (length < 1e-6) throw new ExpressionError(`The words ${words.join(" ")} cancel out and leave no direction.`);
  return mean.map((value) => value / length);
}

/** Adjacent words as the one that they spell together, or null. @param {Space} space @param {Word[]} typed @param {string[]} hints */
function compound(space, typed, hints) {
  const parts = typed.map(({ text }) => text);
  const phrase = parts.join(" ");
  const hint = (/** @type {string} */ one) => [`“${phrase}” is read as the one word ${one}.`];
  const hyphenated = spelled(space, parts.join("-")) ?? spelled(space, parts.join("_"));
  if (hyphenated) return { words: [hyphenated], hints: hint(hyphenated) };
  const one = Math.min(...parts.map((part) => part.length)) > 1 ? spelled(space, parts.join("")) : null;
  const known = parts.map((part) => space.known(part.toLowerCase()));
  if (!one || known.includes(null)) return one ? { words: [one], hints: hint(one) } : null;
  if (dot(space.vector(one), direction(space, /** @type {string[]} */ (known))) >= SAME_MEANING) return { words: [one], hints: hint(one) };
  hints.push(`“${phrase}” is read as a phrase; ${one} is another word.`);
  return null;
}

/** Words of the space for a phrase, longest compounds first. @param {Space} space @param {Word[]} typed @param {string[]} hints */
function match(space, typed, hints) {
  const words = [];
  for (let at = 0; at < typed.length; ) {
    let found = null;
    let length = Math.min(LONGEST_COMPOUND, typed.length - at);
    for (; length > 1 && !found; length--) found = compound(space, typed.slice(at, at + length), hints);
    const taken = found ? length + 1 : 1;
    found ??= find(space, typed[at]);
    words.push(...found.words);
    hints.push(...found.hints);
    at += taken;
  }
  return words;
}

/** The unit vector of an expression, the words of the space in it, and hints. Throws an ExpressionError.
 * @param {Space} space @param {string} text @returns {{ vector: Float32Array, words: Set<string>, hints: string[] }} */
export function resolve(space, text) {
  const total = new Float64Array(space.dim);
  /** @type {string[]} */
  const hints = [];
  /** @type {Set<string>} */
  const all = new Set();
  let size = 0;
  for (const { weight, words: typed } of parse(text)) {
    const words = match(space, typed, hints);
    words.forEach((word) => all.add(word));
    direction(space, words).forEach((value, i) => (total[i] += weight * value));
    size += Math.abs(weight);
  }
  const length = Math.sqrt(dot(total, total));
  if (size === 0 || length <= 1e-6 * size) {
    throw new ExpressionError("The parts of this expression cancel out and leave no direction; change a word or a weight.");
  }
  return { vector: Float32Array.from(total, (value) => value / length), words: all, hints: [...new Set(hints)] };
}
