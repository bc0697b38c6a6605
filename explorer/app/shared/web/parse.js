// @ts-check
// Values out of the address bar or a box, clipped; the server checks them again.

const LARGEST_SEED = 9223372036854775807n;
export const CODE_REACH = 2; // of a numeric code: twice as far as it was trained

/** The number in a text within its bounds; `otherwise` where it is none.
 * @param {unknown} text @param {number} low @param {number} high @param {any} otherwise */
export function clamp(text, low, high, otherwise) {
  const number = Number(text);
  return text !== null && text !== "" && Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : otherwise;
}

/** A seed as text without leading zeros (it may exceed 2^53), or null. @param {unknown} text */
export function parseSeed(text) {
  const digits = String(text).trim();
  return /^[0-9]{1,19}$/.test(digits) && BigInt(digits) <= LARGEST_SEED ? BigInt(digits).toString() : null;
}

/** Names of tiles such as 7.3 (picture 3 of seed 7), each once.
 * @param {string | null} text @param {number} most @returns {string[]} */
export function parseTileNames(text, most) {
  const names = (text || "").split(",").slice(0, most);
  return [...new Set(names.filter((name) => /^[0-9]{1,19}\.[0-9]{1,3}$/.test(name)))];
}

/** InfoGAN's codes; [] unless all are numbers. @param {string | null} text @returns {number[]} */
export function parseCodes(text) {
  const codes = (text || "").split(",").slice(0, 64).map((code) => clamp(code, -CODE_REACH, 1023, null));
  return codes.includes(null) ? [] : codes;
}

/** Codes that fit a generator, out of what the address bar or another generator had; [] if none fit.
 * @param {number[]} kinds of each code: 1 for a number, else how many categories it has
 * @param {number[]} codes @returns {number[]} */
export function fitCodes(kinds, codes) {
  if (!codes.length || codes.length !== kinds.length) return [];
  return kinds.map((kind, i) => (kind > 1 ? Math.round(clamp(codes[i], 0, kind - 1, 0)) : clamp(codes[i], -CODE_REACH, CODE_REACH, 0)));
}

/** The fields of a view alone: an address says nothing of the other views, whose fields stay as they are.
 * @param {Record<string, any>} state @param {string[]} fields */
export function fieldsOf(state, fields) {
  return Object.fromEntries(fields.map((field) => [field, state[field]]));
}

/** A text with another word in place of one, where that first stands.
 * @param {string} text @param {string} word @param {string} other */
export function replaceInText(text, word, other) {
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  return at < 0 ? text : text.slice(0, at) + other + text.slice(at + word.length);
}

/** Whether the pictures are the same whatever is typed. @param {Conditioning | undefined} conditioning */
export function ignoresWords(conditioning) {
  return conditioning === "nothing" || conditioning === "codes";
}

/** The name of a file that is downloaded: `red-boots-s3-psi0.7-896x896-fashion-words.png`.
 * @param {string} word @param {string} seed
 * @param {{ psi?: number, size?: string, generator?: string, kind?: string }} [about] how it was drawn; size: `896x896` */
export function fileName(word, seed, { psi, size, generator, kind = "png" } = {}) {
  const plain = (/** @type {string} */ text) => text.normalize("NFKD").replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  const parts = [plain(word) || "pictures", `s${seed}`, psi === undefined ? "" : `psi${psi}`, size, generator && plain(generator)];
  return `${parts.filter(Boolean).join("-")}.${kind}`;
}
