// @ts-check
// A sheet of pictures with their translations, of which each may be taken to the desk.

import { buttonGroup } from "../shared/web/controls.js";
import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { bitmapOf, isLost, paintTiles } from "../shared/web/live_canvas.js";
import { pngText } from "../shared/web/own_picture.js";
import { page } from "../shared/web/page.js";

const AGAIN = 400; // milliseconds until a sheet is asked for again that found no room

/** @param {object} options
 * @param {Find} options.find @param {TranslateServer} options.server @param {string} options.mailbox @param {any} options.state
 * @param {(picture: string, shown?: any) => void} options.take translates a picture
 * @param {() => string[]} options.domains of the way on show
 * @param {() => boolean} options.isIdle whether nobody gave a picture yet */
export function translationSheet({ find, server, mailbox, state, take, domains, isIdle }) {
  const canvas = find(".gs-pictures");
  const layer = find(".gs-columns");
  /** @type {any} */
  let shown = null; // the reply on show
  let asked = 0;
  const showKind = buttonGroup(find(".gs-kind"), () => {});

  function request() {
    const fields = { tab: `${mailbox}.thumbnails`, c: state.by || page.menu?.translators[0]?.name, way: state.way, kind: state.kind };
    if (state.kind !== "explore") return { ...fields, s: state.row };
    const { w = "", s = "0", psi, style, wt, k } = page.common;
    const drawn = { w: page.ignoresWords ? "" : w || page.firstExample || "", s, from: page.generator };
    if (psi) Object.assign(drawn, { psi: Number(psi) });
    if (style) Object.assign(drawn, { style });
    if (wt) Object.assign(drawn, { wt: Number(wt) });
    if (k) Object.assign(drawn, { k: k.split(",").map(Number) });
    return { ...fields, ...drawn };
  }

  async function draw() {
    const number = ++asked;
    show();
    const reply = await server.sheet(request()).catch(() => null);
    if (number !== asked) return;
    if (isLost(reply)) return setTimeout(() => number === asked && draw(), AGAIN);
    if (!reply.ok) {
      find(".gs-sheet").hidden = true;
      return setText(find(".gs-about"), reply.message);
    }
    shown?.bitmap.close();
    shown = { ...reply, bitmap: await bitmapOf(reply) };
    find(".gs-sheet").hidden = false;
    paintTiles(canvas, shown.bitmap, shown);
    canvas.dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: { sheet: true } }));
    const [domain, to] = domains();
    const from = state.kind === "explore" ? page.subject(page.common.w || page.firstExample || "") || domain : domain;
    const rows = find(".gs-rows").children;
    [from, `as ${to}`, "and back"].forEach((text, i) => setText(rows[i], text));
    setLabel(canvas, `${reply.columns} pictures of ${from}, below them as ${to}, and what comes back`);
    layer.style.gridTemplateColumns = `repeat(${reply.columns}, 1fr)`;
    const buttons = ensureChildren(layer, reply.columns, () => {
      const button = createNode("button", "gx-tile");
      button.type = "button";
      return button;
    });
    buttons.forEach((button, i) => setLabel(button, `Translate picture ${i + 1}`));
    if (isIdle()) choose(0); // the first thing that somebody sees
  }

  /** Take a picture to the desk. @param {number} place */
  async function choose(place) {
    const [width, height] = shown.tile;
    const tile = Object.assign(createNode("canvas"), { width, height });
    tile.getContext("2d").drawImage(shown.bitmap, place * width, 0, width, height, 0, 0, width, height);
    take(await pngText(tile), tile);
  }

  function show() {
    showKind(state.kind);
    find(".gs-shuffle").hidden = state.kind !== "pairs";
    const about = { pairs: "Choose a picture to translate it.", failures: "Those that come back worst.", explore: "What Explore draws at present; choose one." };
    setText(find(".gs-about"), about[/** @type {keyof typeof about} */ (state.kind)]);
  }

  layer.addEventListener("click", (/** @type {any} */ event) => {
    const button = event.target.closest("button");
    if (button && shown) choose([...layer.children].indexOf(button));
  });

  return { draw, show };
}
