// @ts-check
// The live picture: a canvas at native resolution, and the newest-wins loop that keeps it up to date.
//
// `update(request)` may be called on every key press and every step of a drag. At most two requests are under way (one
// being drawn, one on its way there), only the newest of the others is kept, replies older than what is shown are
// dropped, and a lost request is sent again until a newer one takes its place: the last value is always drawn.
//
// Pixels come first: what else is said of a picture is asked for once no other picture is on its way.

import { decodeBytes } from "./bytes.js";
import { GONE } from "./dom.js";

/** @param {string} text base64 @param {string} [type] */
export function decodeBlob(text, type = "image/png") {
  return new Blob([decodeBytes(text)], { type });
}

/** The pixels of a grid, which are sent as a PNG or row by row as they are, in grey or colour.
 * @param {Grid & { png?: string, pixels?: string, channels?: number }} reply @returns {Promise<ImageBitmap> | ImageBitmap} */
export function bitmapOf({ png, pixels, channels = 1, tile: [width, height], count, columns }) {
  if (!pixels) return createImageBitmap(decodeBlob(png ?? ""));
  const bytes = decodeBytes(pixels);
  const image = new ImageData(columns * width, Math.ceil(count / columns) * height);
  const { data } = image;
  for (let from = 0, to = 0; from < bytes.length; from += channels, to += 4) {
    for (let i = 0; i < 3; i++) data[to + i] = bytes[channels === 1 ? from : from + i];
    data[to + 3] = 255;
  }
  const canvas = new OffscreenCanvas(image.width, image.height);
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
  return canvas.transferToImageBitmap();
}

/** Paint tiles side by side with a hairline of page between them; the composite itself has no gaps.
 * @param {HTMLCanvasElement} canvas @param {ImageBitmap} bitmap @param {Grid} grid
 * @param {number[]} from where in the bitmap the first tile lies */
export function paintTiles(canvas, bitmap, { columns, count, tile: [width, height] }, from = [0, 0]) {
  const gap = tileGap(count, width);
  const rows = Math.ceil(count / columns);
  const whole = [columns * (width + gap) - gap, rows * (height + gap) - gap];
  if (canvas.width !== whole[0] || canvas.height !== whole[1]) [canvas.width, canvas.height] = whole;
  const pen = context2d(canvas);
  for (let i = 0; i < count; i++) {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    const [left, top] = [from[0] + x * width, from[1] + y * height];
    pen.drawImage(bitmap, left, top, width, height, x * (width + gap), y * (height + gap), width, height);
  }
}

/** Pixels between two tiles on a canvas. @param {number} count of tiles @param {number} width of one */
export function tileGap(count, width) {
  return count > 1 ? Math.max(1, Math.round(width / 28)) : 0;
}

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [settings] */
export function context2d(canvas, settings) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
}

/** Paint a part of a bitmap on a canvas that takes its size.
 * @param {HTMLCanvasElement} canvas @param {ImageBitmap} bitmap
 * @param {number} x @param {number} y @param {number} width @param {number} height */
export function paintPart(canvas, bitmap, x, y, width, height) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  context2d(canvas).drawImage(bitmap, x, y, width, height, 0, 0, width, height);
}

/** Paint a PNG in base64 on a canvas that takes its size. @param {HTMLCanvasElement} canvas @param {string} png */
export async function paintPng(canvas, png) {
  const bitmap = await createImageBitmap(decodeBlob(png));
  paintPart(canvas, bitmap, 0, 0, bitmap.width, bitmap.height);
  bitmap.close();
}

/** Whether a request was overtaken or found no room, so that it may be sent again. @param {any} reply */
export function isLost(reply) {
  return !reply || reply.kind === "stale" || reply.kind === "busy";
}

/** @param {LivePicture} options */
export function livePicture({ canvas, draw, painted, refused, waiting, paint = paintTiles, about, told = () => {} }) {
  const AT_ONCE = 2;
  const AGAIN = 300; // milliseconds until what is said of a picture is asked for again
  /** @type {any} */
  let untold = null; // the request of the picture on show, of which nothing is said yet
  /** @type {any} */
  let asked = null; // the one that the server was asked about
  /** @type {any} */
  let newest = null; // the request that waits to be sent
  let underWay = 0;
  let sent = 0;
  let shown = 0;
  let misses = 0;
  /** @type {number | undefined} */
  let slow;

  /** @param {any} request */
  function update(request) {
    newest = request;
    pump();
  }

  function pump() {
    while (newest !== null && underWay < AT_ONCE) {
      const request = newest;
      newest = null;
      underWay += 1;
      sent += 1;
      send(sent, request);
    }
    if (underWay && slow === undefined) slow = setTimeout(() => waiting(true), 400);
  }

  /** @param {number} number @param {any} request */
  async function send(number, request) {
    /** @type {any} */
    let reply;
    try {
      reply = await draw(request);
      if (number > shown && reply?.ok) {
        const made = bitmapOf(reply);
        const bitmap = made instanceof Promise ? await made : made; // pixels are painted in the task in which they come
        if (number > shown) {
          paint(canvas, bitmap, reply);
          shown = number;
          reply.bitmap = bitmap;
          untold = request;
          painted(reply, request);
          canvas.dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: { number, request } }));
        }
      } else if (number > shown && !isLost(reply)) {
        shown = number;
        refused(reply, request);
      }
    } catch (broken) {
      console.error(broken);
    }
    underWay -= 1;
    const lost = isLost(reply);
    misses = lost ? misses + 1 : 0;
    if (lost && newest === null && number === sent) {
      if (!reply && misses === 3) refused({ ok: false, kind: "gone", message: GONE }, request);
      setTimeout(() => {
        if (newest === null && number === sent) update(request);
      }, Math.min(3000, 100 * 2 ** misses));
    }
    if (!underWay) {
      clearTimeout(slow);
      slow = undefined;
      waiting(false);
    }
    pump();
    if (about && !underWay) tell();
  }

  async function tell() {
    const request = untold;
    if (!request || request === asked || !about) return;
    asked = request;
    const reply = await about({ ...request, tab: `${request.tab}.about` }).catch(() => null);
    if (request !== untold) return; // another picture has come
    if (isLost(reply)) {
      asked = null;
      setTimeout(() => !underWay && request === untold && tell(), AGAIN);
      return;
    }
    untold = null;
    if (reply.ok) told(reply, request);
  }

  return { update };
}
