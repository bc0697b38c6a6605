// @ts-check
// Downloads.

import { createNode } from "./dom.js";
import { decodeBlob } from "./live_canvas.js";
import { page, pageAddress } from "./page.js";
import { withText } from "./png_text.js";

const PAGE = "gan-explorer-page"; // as explore/render/png.py has it

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const link = createNode("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** A PNG that knows on which page it was saved. What the Explore tab draws is all in its spec.
 * @param {Blob} png @param {string} address what follows the `?` of the page */
export async function withPage(png, address = pageAddress()) {
  if (page.tab === "explore") return png;
  return new Blob([withText(new Uint8Array(await png.arrayBuffer()), PAGE, address)], { type: png.type });
}

/** A request's picture as it is saved: drawn once more, larger. Gives the error reply where that failed.
 * @param {(request: any) => Promise<any>} draw @param {any} request @returns {Promise<Blob | ErrorReply>} */
export async function savedPicture(draw, request) {
  const address = pageAddress();
  const reply = await draw({ ...request, tab: `${request.tab}.save`, save: true }).catch(() => null);
  if (reply?.ok) return withPage(decodeBlob(reply.png ?? reply.file), address);
  return reply?.message ? reply : { message: "The picture could not be saved; try again." };
}

/** Draw a request's picture once more as it is kept, and save it.
 * @param {(request: any) => Promise<any>} draw @param {any} request @param {string} name
 * @param {(reply: ErrorReply) => void} refused */
export async function savePicture(draw, request, name, refused) {
  const saved = await savedPicture(draw, request);
  if (saved instanceof Blob) saveBlob(saved, name);
  else refused(saved);
}
