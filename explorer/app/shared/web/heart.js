// @ts-check
// Hearts: a button beside a picture that keeps it in the library, and takes it out again.

import { createNode, setLabel } from "./dom.js";
import { savedPicture } from "./downloads.js";
import { page } from "./page.js";

const SVG = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 16.5S3 12.4 3 7.6A3.7 3.7 0 0 1 10 5.9a3.7 3.7 0 0 1 7 1.7c0 4.8-7 8.9-7 8.9z"/></svg>';

/** What a heart keeps: a request and what draws it, or a picture that is there already.
 * @typedef {{ draw?: (request: any) => Promise<any>, request?: any, png?: Blob, title?: string }} Kept */

/** @param {Kept} kept */
function keyOf({ request, png, title }) {
  if (!request) return png;
  const { tab, save, ...rest } = request;
  return JSON.stringify([page.tab, title, page.generator, rest]);
}

/** Put a heart behind a button, such as the one that downloads the same picture.
 * @param {Element} button @param {() => Kept | null} current the picture on show @param {(text: string) => void} say
 * @returns {{ show: () => void }} */
export function heartBeside(button, current, say = () => {}) {
  const heart = createNode("button", "gx-heart gx-icon");
  heart.type = "button";
  heart.innerHTML = SVG; // ours
  heart.title = "Keep in the library";
  setLabel(heart, "Keep in the library");
  button.after(heart);
  /** @type {Map<any, string>} */
  const ids = new Map(); // of what this heart has kept
  let busy = false;

  function show() {
    heart.hidden = !page.keeper || Boolean(page.menu?.read_only) || /** @type {HTMLElement} */ (button).hidden;
    heart.disabled = /** @type {HTMLButtonElement} */ (button).disabled;
    const kept = heart.hidden ? null : current();
    heart.ariaPressed = String(Boolean(kept && ids.has(keyOf(kept))));
  }

  heart.addEventListener("click", async () => {
    const kept = current();
    if (!kept || busy || !page.keeper) return;
    busy = true;
    const key = keyOf(kept);
    const id = ids.get(key);
    if (id) {
      if (await page.keeper.forget(id)) ids.delete(key);
    } else {
      const picture = kept.png ?? (kept.draw ? await savedPicture(kept.draw, kept.request) : null);
      if (picture instanceof Blob) {
        const number = await page.keeper.keep(picture, kept.title ?? "");
        if (number) ids.set(key, number);
      } else if (picture) say(picture.message);
    }
    busy = false;
    show();
  });
  document.addEventListener("painted", show);
  page.follow("menu", show);
  page.follow("keeper", show);
  page.addEventListener("kept", (/** @type {any} */ { detail }) => {
    for (const [key, id] of ids) if (detail.gone?.includes(id)) ids.delete(key); // elsewhere on this page
    show();
  });
  show();
  return { show };
}
