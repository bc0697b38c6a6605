// @ts-check
// Downloads: what a tab draws as a file, with a name that tells how it was drawn.

import { createNode } from "./dom.js";
import { decodeBlob } from "./live_canvas.js";
import { page, pageAddress } from "./page.js";
import { fileName } from "./parse.js";
import { withText } from "./png_text.js";

const PAGE = "gan-explorer-page"; // as explore/render/png.py has it
/** @type {Record<string, string>} */
const TYPES = { png: "image/png", svg: "image/svg+xml", zip: "application/zip", npz: "application/octet-stream" };

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const link = createNode("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** A PNG that knows on which page it was saved. What the Explore tab draws of one word is all in its spec.
 * @param {Blob} png @param {string} address what follows the `?` of the page @param {boolean} [isPair] of two words */
export async function withPage(png, address = pageAddress(), isPair = false) {
  if (page.tab === "explore" && !isPair) return png;
  return new Blob([withText(new Uint8Array(await png.arrayBuffer()), PAGE, address)], { type: png.type });
}

/** How a kind of file ends. @param {true | string} kind as requests have it in `save` */
function ending(kind) {
  return kind === true || kind.startsWith("png") ? "png" : kind;
}

/** A request's picture as it is saved: drawn once more. Gives the error reply where that failed.
 * @param {(request: any) => Promise<any>} draw @param {any} request
 * @param {true | string} kind true: as the tab lays it out; else one of `explore.render.formats.KINDS`
 * @returns {Promise<Blob | ErrorReply>} */
export async function savedPicture(draw, request, kind = true) {
  const address = pageAddress();
  const reply = await draw({ ...request, tab: `${request.tab}.save`, save: kind }).catch(() => null);
  if (!reply?.ok) return reply?.message ? reply : { message: "The picture could not be saved; try again." };
  const blob = decodeBlob(reply.png ?? reply.file, TYPES[ending(kind)]);
  return ending(kind) === "png" ? withPage(blob, address, "w2" in request) : blob;
}

/** Draw a picture once more as a file, and save that.
 * @param {Shown} shown @param {(reply: ErrorReply) => void} refused @param {true | string} [kind] as in `savedPicture` */
export async function savePicture(shown, refused, kind = true) {
  const saved = await savedPicture(shown.draw, shown.request, kind);
  if (!(saved instanceof Blob)) return refused(saved);
  const { word = "", seed = "0", request, grid } = shown;
  const size = ending(kind) === "png" ? await sizeOf(saved) : grid && gridSize(grid, ending(kind));
  const generator = request.c || page.menu?.default;
  saveBlob(saved, fileName(word, seed, { psi: request.psi ?? 1, size, generator, kind: ending(kind) }));
}

/** What an SVG is wide and high, or how many tiles of what size others hold. @param {Grid} grid @param {string} kind */
function gridSize({ count, columns, single = count, tile: [width, height] }, kind) {
  return kind === "svg" ? `${8 * columns * width}x${8 * Math.ceil(count / columns) * height}` : `${single}x${width}x${height}`;
}

/** The size of a PNG, as `896x896`. @param {Blob} png */
async function sizeOf(png) {
  const head = new DataView(await png.slice(16, 24).arrayBuffer());
  return `${head.getUint32(0)}x${head.getUint32(4)}`;
}
