// @ts-check
// A text in a PNG: the address of the page on which it was saved, beside the recipe that the server wrote into it.

const AFTER_HEAD = 33; // bytes: the signature and the first chunk, behind which texts may stand

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A text of a PNG that stands before its pixels, or null. @param {Uint8Array} png @param {string} key */
export function readText(png, key) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const letters = (/** @type {number} */ from, /** @type {number} */ to) => Array.from(png.subarray(from, to), (byte) => String.fromCharCode(byte)).join("");
  for (let at = 8; at + 12 <= png.length; ) {
    const [length, kind] = [view.getUint32(at), letters(at + 4, at + 8)];
    if (kind === "IDAT" || at + 12 + length > png.length) return null;
    if (kind === "tEXt" && letters(at + 8, at + 9 + key.length) === `${key}\0`) return letters(at + 9 + key.length, at + 8 + length);
    at += 12 + length;
  }
  return null;
}

/** The PNG with one text more, before all others.
 * @param {Uint8Array} png @param {string} key @param {string} text Latin letters */
export function withText(png, key, text) {
  const body = Uint8Array.from(`tEXt${key}\0${text}`, (letter) => letter.charCodeAt(0));
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  view.setUint32(body.length + 4, crc32(body));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, AFTER_HEAD));
  whole.set(chunk, AFTER_HEAD);
  whole.set(png.subarray(AFTER_HEAD), AFTER_HEAD + chunk.length);
  return whole;
}
