// @ts-check
// Pixels as pictures: on a canvas, and as PNG files that hold their recipe.

import { context2d, paintTiles } from "../../../app/shared/web/live_canvas.js";
import { withText } from "../../../app/shared/web/png_text.js";

const KEY = "gan-explorer"; // as explore/render/png.py has it

/** Tiles side by side without gaps. @param {Uint8Array} pixels tile after tile @param {Grid} grid @param {number} channels 1 or 3 */
export function bitmapFrom(pixels, { tile: [width, height], count, columns }, channels) {
  const image = new ImageData(columns * width, Math.ceil(count / columns) * height);
  for (let from = 0, i = 0; i < count; i++) {
    const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height];
    for (let y = 0; y < height; y++) {
      for (let x = 0, to = 4 * ((top + y) * image.width + left); x < width; x++, from += channels, to += 4) {
        for (let k = 0; k < 3; k++) image.data[to + k] = pixels[channels === 1 ? from : from + k];
        image.data[to + 3] = 255;
      }
    }
  }
  const canvas = new OffscreenCanvas(image.width, image.height);
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
  return canvas.transferToImageBitmap();
}

export { paintTiles as paintOn };

/** Where a tile lies in the bitmap. @param {Grid} grid @param {number} index */
function placeOf({ tile: [width, height], columns }, index) {
  return [(index % columns) * width, Math.floor(index / columns) * height, width, height];
}

/** One tile on a canvas that takes its size. @param {any} canvas @param {Grid & { bitmap: ImageBitmap }} shown @param {number} index */
export function paintLarge(canvas, shown, index) {
  const [left, top, width, height] = placeOf(shown, index);
  [canvas.width, canvas.height] = [width, height];
  context2d(canvas).drawImage(shown.bitmap, left, top, width, height, 0, 0, width, height);
}

/** The first four tiles on a canvas, two by two. @param {any} canvas @param {Grid & { bitmap: ImageBitmap }} shown */
export function paintFour(canvas, shown) {
  const [width, height] = shown.tile;
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  for (let i = 0; i < Math.min(4, shown.count); i++) {
    const [left, top] = placeOf(shown, i);
    context2d(canvas).drawImage(shown.bitmap, left, top, width, height, (i % 2) * width, Math.floor(i / 2) * height, width, height);
  }
}

/** All tiles, or one of them, about so wide, each pixel a square. @param {Grid & { bitmap: ImageBitmap }} shown @param {number} wide
 * @param {string} recipe @param {number} [index] @returns {Promise<{ blob: Blob, size: string }>} */
export async function pngOf(shown, wide, recipe, index) {
  const { bitmap } = shown;
  const [left, top, width, height] = index === undefined ? [0, 0, bitmap.width, bitmap.height] : placeOf(shown, index);
  const scale = Math.max(1, Math.round(wide / width));
  const canvas = Object.assign(document.createElement("canvas"), { width: scale * width, height: scale * height });
  const pen = context2d(canvas);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(bitmap, left, top, width, height, 0, 0, canvas.width, canvas.height);
  const plain = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const bytes = withText(new Uint8Array(await /** @type {Blob} */ (plain).arrayBuffer()), KEY, recipe);
  return { blob: new Blob([bytes], { type: "image/png" }), size: `${canvas.width}x${canvas.height}` };
}
