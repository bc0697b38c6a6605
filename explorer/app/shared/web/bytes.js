// @ts-check
// Bytes as text, as JSON can hold them.

const PIECE = 8192; // bytes: a function takes so many arguments

/** @param {Uint8Array} bytes @returns {string} base64 */
export function encodeBytes(bytes) {
  let letters = "";
  for (let i = 0; i < bytes.length; i += PIECE) letters += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  return btoa(letters);
}

/** @param {string} text base64 @returns {Uint8Array<ArrayBuffer>} */
export function decodeBytes(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
