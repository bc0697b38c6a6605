// @ts-check
// The tile under the mouse as an <img>, so that the browser's own menu copies and saves it, with its recipe inside. It is
// made when a mouse comes over a tile, never while pictures are drawn, and lies on top only for the right button.

import { decodeBytes, encodeBytes } from "./bytes.js";
import { createNode } from "./dom.js";
import { context2d, tileGap } from "./live_canvas.js";
import { readText, withText } from "./png_text.js";

const SIDE = 448; // pixels, about
const KEY = "gan-explorer"; // as explore/render/png.py has it
const LONG = 250; // milliseconds of a touch: the browser's menu comes later

/** The recipe of one tile out of that of all; null where it cannot be told without loss.
 * @param {string | null} recipe @param {number} index @returns {string | null} */
export function tileRecipe(recipe, index) {
  if (!recipe) return null;
  const seeded = /"latents":\{"kind":"seeded","seed":([0-9]+),"count":[0-9]+\}/;
  if (seeded.test(recipe)) return recipe.replace(seeded, (_, seed) => `"latents":{"kind":"mixed","tiles":[[[1.0,${seed},${index}]]]}`);
  if (/[0-9]{16}/.test(recipe.replace(/\.[0-9]+/g, ""))) return null; // a seed that this language does not count exactly
  const spec = JSON.parse(recipe);
  const tile = spec.sheet?.[index] ?? spec;
  if (spec.sheet) return JSON.stringify(tile);
  if (!spec.latents?.tiles?.[index]) return null;
  return JSON.stringify({ ...spec, latents: { ...spec.latents, tiles: [spec.latents.tiles[index]] } });
}

/** @param {any} layer the buttons over the tiles of the canvas beside it
 * @param {(x: number) => { canvas: HTMLCanvasElement, reply: any } | null} [other] what else lies at that place of the page
 * @returns {(reply: any) => void} to be called with each reply that is painted there */
export function tileImage(layer, other = () => null) {
  const image = createNode("img", "gx-tile-image");
  [image.alt, image.draggable] = ["", false];
  /** @type {any} */
  let reply = null;
  /** @type {any} */
  let over = null; // the button that the image is of; null where it is old
  /** @type {any} */
  let of = null; // its canvas
  /** @type {number | undefined} */
  let pressing;

  function prepare(/** @type {any} */ button, /** @type {number} */ x) {
    if (!reply || !button) return;
    const { canvas, reply: drawn } = other(x) ?? { canvas: layer.parentElement.querySelector("canvas"), reply };
    if (over === button && of === canvas) return;
    [over, of] = [button, canvas];
    if (!image.isConnected) layer.after(image); // not before it is wanted
    paint(button, canvas, drawn);
  }

  function paint(/** @type {any} */ button, /** @type {HTMLCanvasElement} */ canvas, /** @type {any} */ drawn) {
    const index = [...layer.children].indexOf(button);
    const { columns, count, tile: [width, height] } = drawn;
    const gap = tileGap(count, width);
    const [left, top] = [(index % columns) * (width + gap), Math.floor(index / columns) * (height + gap)];
    const scale = Math.max(1, Math.round(SIDE / Math.max(width, height)));
    const large = Object.assign(createNode("canvas"), { width: scale * width, height: scale * height });
    const pen = context2d(large);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(canvas, left, top, width, height, 0, 0, large.width, large.height);
    image.src = withRecipe(large.toDataURL(), drawn, index);
    image.alt = button.ariaLabel;
    Object.assign(image.style, { left: `${button.offsetLeft}px`, top: `${button.offsetTop}px`, width: `${button.offsetWidth}px`, height: `${button.offsetHeight}px` });
  }

  function withRecipe(/** @type {string} */ address, /** @type {any} */ drawn, /** @type {number} */ index) {
    const all = drawn.pixels ? drawn.recipe : readText(decodeBytes(drawn.png ?? ""), KEY); // pixels come without
    const recipe = tileRecipe(all, index);
    if (!recipe) return address;
    const [head, data] = address.split(",");
    return `${head},${encodeBytes(withText(decodeBytes(data), KEY, recipe))}`;
  }

  function raise() {
    image.classList.add("gx-on-top");
  }

  function lower() {
    clearTimeout(pressing);
    image.classList.remove("gx-on-top");
  }

  const tileAt = (/** @type {any} */ event) => event.target.closest?.("button");
  for (const kind of ["pointerover", "pointermove"]) {
    layer.addEventListener(kind, (/** @type {PointerEvent} */ event) => event.pointerType === "mouse" && !event.buttons && prepare(tileAt(event), event.clientX));
  }
  layer.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    prepare(tileAt(event), event.clientX);
    if (!over) return;
    if (event.button === 2 || (event.button === 0 && event.ctrlKey)) raise();
    else if (event.pointerType === "touch") pressing = setTimeout(raise, LONG);
  });
  for (const kind of ["pointerup", "pointercancel"]) layer.addEventListener(kind, () => clearTimeout(pressing));
  image.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => !event.buttons && lower());
  image.addEventListener("pointerleave", lower);
  image.addEventListener("click", () => {
    lower();
    over?.click();
  });

  return (next) => {
    reply = next;
    over = null;
    lower();
  };
}
