// @ts-check
// Downloads.

import { createNode } from "./dom.js";
import { decodeBlob } from "./live_canvas.js";

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const link = createNode("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Draw a request's picture once more as it is kept, and save it.
 * @param {(request: any) => Promise<any>} draw @param {any} request @param {string} name
 * @param {(reply: ErrorReply) => void} refused */
export async function savePicture(draw, request, name, refused) {
  const reply = await draw({ ...request, tab: `${request.tab}.save`, save: true });
  if (reply?.ok) saveBlob(decodeBlob(reply.png), name);
  else refused(reply ?? { message: "The picture could not be saved; try again." });
}
