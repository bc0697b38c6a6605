// @ts-check
// Styles as they are typed, `noto` or `noto + 0.5*doodle`, and what the pictures of every tab are drawn with. What a
// style means is the server's to say.

import { clamp, fitCodes, parseCodes } from "./parse.js";

export const EACH = "each"; // every picture has its own
export const OPEN = "any"; // z chooses it; written as ""
export const LONGEST_STYLE = 1000;

/** A style out of the address bar or a box. @param {string | null} text */
export function parseStyle(text) {
  const style = (text ?? "").trim().slice(0, LONGEST_STYLE);
  const word = style.toLowerCase();
  return word === OPEN ? "" : word === EACH ? EACH : style;
}

/** The terms of a mixture, each as its weight (with its sign of times, or "") and its name. @param {string} style */
function termsOf(style) {
  const terms = style.split("+").map((term) => term.trim()).filter(Boolean);
  return terms.map((term) => /^([0-9.]+\s*[*×·]\s*)?([^]*)$/.exec(term) ?? []).map(([, weight = "", name = ""]) => [weight, name]);
}

/** The names in a mixture, in small letters. @param {string} style */
export function namesIn(style) {
  return termsOf(style).map(([, name]) => name.toLowerCase());
}

/** A mixture with one style more, or without it where it was in there. @param {string} style @param {string} name */
export function withToggled(style, name) {
  const terms = style === EACH ? [] : termsOf(style);
  const rest = terms.filter(([, other]) => other.toLowerCase() !== name);
  if (rest.length === terms.length) rest.push(["", name]);
  return rest.map(([weight, other]) => weight + other).join(" + ");
}

/** The mixture at a share of the way from one style to another. @param {string} from @param {string} to @param {number} share 0 .. 1 */
export function styleBetween(from, to, share) {
  if (share <= 0 || share >= 1) return share <= 0 ? from : to;
  const ends = /** @type {[string, number][]} */ ([[from, 1 - share], [to, share]]);
  const terms = ends.flatMap(([style, part]) => {
    const own = termsOf(style || OPEN).map(([weight, name]) => ({ weight: weight ? parseFloat(weight) : 1, name }));
    const total = own.reduce((sum, { weight }) => sum + weight, 0) || 1;
    return own.map(({ weight, name }) => `${Number(((part * weight) / total).toFixed(4))}*${name}`);
  });
  return terms.join(" + ");
}

/** A style where another generator was chosen: open, if it has styles and not these. @param {string} style @param {Offer | undefined} offer */
export function fitStyle(style, offer) {
  if (!offer?.styles.length) return style;
  return namesIn(style).every((name) => [...offer.styles, OPEN, EACH].includes(name)) ? style : "";
}

/** What a style is called in a sentence. @param {string} style */
export function inStyle(style) {
  if (!style) return "";
  return style === EACH ? " in all styles" : ` in ${style}`;
}

/** What the pictures of every tab are drawn with, out of the address. wt, the word truncation, is null where the address
 * says none: the generator's own, which the server knows. k: the codes of an InfoGAN, [] where each picture has its own.
 * @param {URLSearchParams} query */
export function parseDrawnWith(query) {
  return { psi: clamp(query.get("psi"), 0, 1.5, 1), style: parseStyle(query.get("style")), wt: clamp(query.get("wt"), 0, 1, null), k: parseCodes(query.get("k")) };
}

/** The same as fields of the address, without those that are the usual ones.
 * @param {{ psi: number, style: string, wt: number | null, k?: number[] }} state @returns {[string, unknown][]} */
export function drawnWithFields({ psi, style, wt, k = [] }) {
  /** @type {[string, unknown, unknown][]} */
  const all = [["psi", psi, 1], ["style", style, ""], ["wt", wt, null], ["k", k.join(","), ""]];
  return all.filter(([, value, usual]) => value !== usual).map(([field, value]) => [field, value]);
}

/** The same as fields of a request. A style and codes are asked for only where the generator has some; before the menu
 * says so, the address is believed.
 * @param {{ psi: number, style: string, wt: number | null, k?: number[] }} state @param {{ offer?: Offer }} page
 * @returns {{ psi: number, style?: string, wt?: number, k?: number[] }} */
export function drawnWith({ psi, style, wt, k = [] }, { offer }) {
  /** @type {{ psi: number, style?: string, wt?: number, k?: number[] }} */
  const fields = { psi };
  if (style && (!offer || offer.styles.length)) fields.style = style;
  if (wt !== null) fields.wt = wt;
  const codes = offer ? fitCodes(offer.codes, k) : k;
  if (codes.length) fields.k = codes;
  return fields;
}

/** The word truncation that somebody chose, or null where it is the generator's own: no address needs to say it then.
 * @param {number | null} wt @param {Offer | undefined} offer */
export function chosenTruncation(wt, offer) {
  return wt === (offer?.word_truncation ?? 0) && offer ? null : wt;
}
