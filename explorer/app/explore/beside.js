// @ts-check
// Two words side by side on the same latents: a second grid over the first, a divider between them, and their difference.

import { buttonGroup } from "../shared/web/controls.js";
import { finder, setLabel, setText, showChips } from "../shared/web/dom.js";
import { context2d, livePicture, paintTiles } from "../shared/web/live_canvas.js";
import { newMailbox, page } from "../shared/web/page.js";
import { replaceInText } from "../shared/web/parse.js";
import { secondRequest } from "./state.js";

const REST = 500; // milliseconds without a key press after which it is said why a text cannot be drawn
const STEP = 0.02; // of the divider, by an arrow key; with Shift five times that

/** What two requests must have in common to be drawn of the same latents, as text. @param {any} request */
function alike({ tab, w, r, ...rest }) {
  return JSON.stringify(rest);
}

/** How far each pixel is from the other bitmap's; mean: the average of that, 0 .. 255.
 * @param {ImageBitmap} one @param {ImageBitmap} other @returns {{ canvas: any, mean: number }} */
function differenceOf(one, other) {
  const [pixels, others] = [one, other].map((bitmap) => {
    const pen = context2d(Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height }), { willReadFrequently: true });
    pen.drawImage(bitmap, 0, 0);
    return pen.getImageData(0, 0, bitmap.width, bitmap.height);
  });
  let sum = 0;
  for (let i = 0; i < pixels.data.length; i += 4) {
    for (let channel = 0; channel < 3; channel++) {
      const far = Math.abs(pixels.data[i + channel] - others.data[i + channel]);
      pixels.data[i + channel] = far;
      sum += far;
    }
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: one.width, height: one.height });
  context2d(canvas).putImageData(pixels, 0, 0);
  return { canvas, mean: sum / (0.75 * pixels.data.length) };
}

/** @param {{ element: Element, server: ExploreServer, state: any, first: () => any, request: () => any, changed: () => void, remember: () => void, painted: () => void }} explore
 * first: { reply, request } of the first word's pictures on show, or null; request: that of the first word now; painted:
 * called when other pictures of the second are on show */
export function besideView({ element, server, state, first, request, changed, remember, painted }) {
  const find = finder(element);
  const [box, frame, divider, over] = [find(".gx-word2"), find(".gx-frame"), find(".gx-divider"), find(".gx-canvas2")];
  const mailbox = newMailbox();
  /** @type {any} */
  let last = null; // { reply, request } of the second word's pictures on show
  /** @type {any} */
  let trouble = null;
  /** @type {number | undefined} */
  let resting;

  const picture = livePicture({
    canvas: over,
    draw: server.draw,
    painted(reply, asked) {
      last?.reply.bitmap.close();
      last = { reply, request: asked };
      if (asked.w === state.w2) showTrouble(null);
      setLabel(over, `${reply.count} pictures of ${asked.w}`);
      show();
      painted();
    },
    refused(reply, asked) {
      if (asked.w !== state.w2 && reply.kind !== "gone") return;
      clearTimeout(resting);
      resting = setTimeout(() => showTrouble(reply), REST);
    },
    waiting() {},
  });
  const showHow = buttonGroup(find(".gx-how .gx-segments"), (how) => {
    state.diff = how === "1";
    show();
    remember();
  });

  function isOn() {
    return state.w2 !== null && !page.ignoresWords;
  }

  // Whether both are on show, of the same latents.
  function isDrawn() {
    return isOn() && last !== null && first() !== null && last.reply.count === first().reply.count;
  }

  // Whether the second word's pictures are on show at that place of the page.
  function isSecondAt(/** @type {number} */ x) {
    if (!isDrawn() || state.diff) return false;
    const { left, width } = frame.getBoundingClientRect();
    return x > left + state.at * width;
  }

  function update() {
    show();
    if (!isOn()) return;
    if (state.w2.trim()) picture.update(secondRequest(request(), state.w2, mailbox));
  }

  function show() {
    const [on, drawn] = [isOn(), isDrawn()];
    find(".gx").classList.toggle("gx-two-words", on);
    find(".gx-second").hidden = !on;
    find(".gx-beside").hidden = on || page.ignoresWords;
    find(".gx-how").hidden = !on;
    if (on && document.activeElement !== box) box.value = state.w2;
    if (!on) showTrouble(null);
    over.hidden = !drawn;
    divider.hidden = !drawn || state.diff;
    for (const name of [".gx-side1", ".gx-side2"]) find(name).hidden = divider.hidden;
    showHow(state.diff ? "1" : "");
    find(".gx-difference").hidden = !drawn || !state.diff;
    setText(find(".gx-differ"), "");
    if (!drawn) return;
    setText(find(".gx-side1"), nameOf(first().request));
    setText(find(".gx-side2"), last.request.w);
    frame.style.setProperty("--cut", `${100 * state.at}%`);
    divider.ariaValueNow = String(Math.round(100 * state.at));
    divider.ariaValueText = `${Math.round(100 * state.at)} % ${nameOf(first().request)}, the rest ${last.request.w}`;
    if (state.diff) showDifference();
  }

  function nameOf({ w, r }) {
    return w || (r ? "a vector" : "");
  }

  function showDifference() {
    if (alike(first().request) !== alike(last.request)) return; // the other one is on its way
    const { canvas, mean } = differenceOf(first().reply.bitmap, last.reply.bitmap);
    paintTiles(find(".gx-difference"), canvas, last.reply);
    const text = `${nameOf(first().request)} and ${last.request.w} differ by ${mean.toFixed(1)} of 255 grey levels a pixel.`;
    setText(find(".gx-differ"), text);
    setLabel(find(".gx-difference"), text);
  }

  function showTrouble(reply) {
    clearTimeout(resting);
    trouble = reply;
    find(".gx-trouble2").hidden = !reply;
    box.setAttribute("aria-invalid", String(Boolean(reply)));
    setText(find(".gx-sentence2"), reply?.message ?? "");
    showChips(find(".gx-suggestions2"), reply?.suggestions ?? [], "Draw");
  }

  function set(word) {
    state.w2 = word;
    if (word !== null) box.value = word;
    changed();
  }

  function moveTo(share) {
    state.at = Math.round(1000 * Math.min(1, Math.max(0, share))) / 1000;
    show();
    remember();
  }

  // --- hand ----------------------------------------------------------------------------------------------------------

  find(".gx-beside").addEventListener("click", () => {
    set(last?.request.w ?? page.examples.find((word) => word !== state.w) ?? "");
    box.focus();
    box.select();
  });
  find(".gx-second-close").addEventListener("click", () => {
    set(null);
    find(".gx-beside").focus();
  });
  box.addEventListener("input", () => set(box.value.slice(0, 200)));
  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && trouble && last) set(last.request.w); // back to the last word that drew
  });
  find(".gx-suggestions2").addEventListener("click", (/** @type {any} */ event) => {
    const chip = event.target.closest("[data-word]");
    if (chip) set(trouble?.word ? replaceInText(state.w2, trouble.word, chip.dataset.word) : chip.dataset.word);
  });
  divider.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button) return;
    event.preventDefault();
    divider.focus();
    divider.setPointerCapture(event.pointerId);
  });
  divider.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const { left, width } = frame.getBoundingClientRect();
    moveTo((event.clientX - left) / width);
  });
  divider.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP, ArrowDown: -STEP, ArrowUp: STEP }[event.key];
    const end = { Home: 0, End: 1 }[event.key];
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    moveTo(end ?? state.at + step * (event.shiftKey ? 5 : 1));
  });

  return {
    update,
    show,
    isSecondAt,
    /** What is on show at that place of the page, as canvas and reply; null for the first word's. A difference has no
     * recipe. @param {number} x in pixels */
    shownAt(x) {
      if (isDrawn() && state.diff) return { canvas: find(".gx-difference"), reply: { ...last.reply, png: "", recipe: null } };
      return isSecondAt(x) ? { canvas: over, reply: last.reply } : null;
    },
    /** { reply, request } of the second word, where both are on show; else null. */
    drawn: () => (isDrawn() ? last : null),
  };
}
