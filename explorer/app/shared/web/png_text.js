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
