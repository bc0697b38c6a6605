// @ts-check
// A picture of the visitor's own: opened by the browser, scaled down, sent as a PNG in base64.

import { encodeBytes } from "./bytes.js";
import { createNode } from "./dom.js";

const LARGEST_SENT = 1024; // pixels of the longer side of a picture that is sent
export const NO_PICTURE = "This file is not a picture that the browser can read; choose another one.";

/** A file as a canvas of at most 1024 pixels a side, or null where it is no picture. @param {Blob} file */
export async function openPicture(file) {
  /** @type {ImageBitmap} */
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const scale = Math.min(1, LARGEST_SENT / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((length) => Math.max(1, Math.round(length * scale)));
  const canvas = Object.assign(createNode("canvas"), { width, height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return canvas;
}

/** A canvas as the base64 of a PNG. @param {HTMLCanvasElement} canvas @returns {Promise<string>} */
export async function pngText(canvas) {
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const bytes = new Uint8Array((await blob?.arrayBuffer()) ?? []);
  return encodeBytes(bytes);
}

/** How near a found picture is to the one that was sought, and where it was found. @param {{ psnr: number | null, space: string }} reply */
export function nearness({ psnr, space }) {
  return `${psnr === null ? "the same to the pixel" : `${psnr.toFixed(1)} dB`}, in ${space}`;
}

/** What that space is. @param {{ space: string }} reply */
export function spaceMeaning({ space }) {
  return space === "z"
    ? "Found in z: the latent and the word vector alone draw it."
    : "Found in w+: beside the latent and the word vector each layer has a w of its own, which no latent gives.";
}

/** Let files be dropped on a node. @param {any} node @param {string} marked its class meanwhile @param {(file: File) => void} dropped */
export function acceptDrops(node, marked, dropped) {
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    node.addEventListener(kind, (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      node.classList.toggle(marked, kind === "dragenter" || kind === "dragover");
      const file = kind === "drop" ? event.dataTransfer?.files[0] : null;
      if (file) dropped(file);
    });
  }
}
