// @ts-check
// A region painted over the present pictures: a bit for each of their pixels.

import { encodeBytes } from "../shared/web/bytes.js";
import { tileGap } from "../shared/web/live_canvas.js";
import { offerUndo, undoable } from "../shared/web/undo.js";

const RADIUS = 0.07; // of a tile's side
const INK = "#ff7a1a";

/** @param {Inside} inside @param {() => void} changed called when what is brushed has changed */
export function brushPanel(inside, changed) {
  const { find, root, edits, change } = inside;
  const brushPaper = find(".gi-brush");
  let brushed = null; // Uint8Array, tile after tile
  let brushing = false;

  // Where the pixel (x, y) of tile i lies on the canvas, which has a hairline between tiles, see paintTiles.
  function brushGrid() {
    const { columns, count, tile: [width, height] } = inside.shown.reply;
    const gap = tileGap(count, width);
    return { columns, count, width, height, gap };
  }

  function clearBrush() {
    brushed = null;
    edits.region = null;
    brushPaper.getContext("2d").clearRect(0, 0, brushPaper.width, brushPaper.height);
    changed();
  }

  // The region as it is now, to come back to while the pictures have this size.
  function remember() {
    const [before, size] = [brushed?.slice() ?? null, sizeNow()];
    undoable(() => {
      if (size !== sizeNow()) return;
      brushed = before;
      paintBrush();
      edits.region = packedBrush();
      changed();
      change();
    });
  }

  function sizeNow() {
    const { count, tile: [width, height] } = inside.shown?.reply ?? { count: 0, tile: [0, 0] };
    return count * width * height;
  }

  function paintBrush() {
    const { columns, width, height, gap } = brushGrid();
    const pen = brushPaper.getContext("2d");
    pen.clearRect(0, 0, brushPaper.width, brushPaper.height);
    pen.fillStyle = INK;
    brushed?.forEach((bit, i) => {
      const index = Math.floor(i / (width * height));
      const [x, y] = [(index % columns) * (width + gap) + (i % width), Math.floor(index / columns) * (height + gap) + (Math.floor(i / width) % height)];
      if (bit) pen.fillRect(x, y, 1, 1);
    });
  }

  function brushAt(event) {
    const grid = brushGrid();
    const { columns, count, width, height, gap } = grid;
    const paper = find(".gi-before .gx-canvas");
    if (brushPaper.width !== paper.width || brushPaper.height !== paper.height || !brushed) {
      [brushPaper.width, brushPaper.height] = [paper.width, paper.height];
      brushed ??= new Uint8Array(count * width * height);
    }
    const box = brushPaper.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) / box.width) * paper.width, ((event.clientY - box.top) / box.height) * paper.height];
    const [column, row] = [Math.floor(x / (width + gap)), Math.floor(y / (height + gap))];
    const index = row * columns + column;
    if (column < 0 || column >= columns || index < 0 || index >= count) return;
    const [left, top, reach] = [x - column * (width + gap), y - row * (height + gap), Math.max(1, RADIUS * width)];
    const pen = brushPaper.getContext("2d");
    pen.fillStyle = INK;
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        if (Math.hypot(i + 0.5 - left, j + 0.5 - top) > reach) continue;
        brushed[(index * height + j) * width + i] = 1;
        pen.fillRect(column * (width + gap) + i, row * (height + gap) + j, 1, 1);
      }
    }
  }

  // Eight pixels a byte, the first in the highest bit, as base64.
  function packedBrush() {
    if (!brushed?.some(Boolean)) return null;
    const bytes = new Uint8Array(Math.ceil(brushed.length / 8));
    brushed.forEach((bit, i) => (bytes[i >> 3] |= bit << (7 - (i & 7))));
    return encodeBytes(bytes);
  }

  function setBrushing(on) {
    brushing = on;
    find(".gi-brushing").ariaPressed = String(on);
    root.classList.toggle("gi-is-brushing", on);
  }

  find(".gi-brushing").addEventListener("click", () => setBrushing(!brushing));
  find(".gi-unbrush").addEventListener("click", () => {
    remember();
    clearBrush();
    change();
    offerUndo("The brushed region is cleared.");
  });
  brushPaper.addEventListener("pointerdown", (event) => {
    if (!inside.shown) return;
    event.preventDefault();
    remember();
    brushPaper.setPointerCapture(event.pointerId);
    brushAt(event);
  });
  brushPaper.addEventListener("pointermove", (event) => {
    if (!brushPaper.hasPointerCapture(event.pointerId)) return;
    for (const step of event.getCoalescedEvents?.() ?? []) brushAt(step);
    brushAt(event);
  });
  brushPaper.addEventListener("lostpointercapture", () => {
    edits.region = packedBrush();
    changed();
    change();
  });

  return {
    clear: clearBrush,
    set: setBrushing,
    /** how many pixels there are to be brushed; 0 where nothing is */
    get size() {
      return brushed?.length ?? 0;
    },
  };
}
