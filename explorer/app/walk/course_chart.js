// @ts-check
// The course of a film: a strip of its pictures, under it the share of each label in every frame as the judge sees it,
// under that how far the pictures moved. One canvas in the theme's colours; labels and words beside it are plain text.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";

const STRIP = 44; // heights in CSS pixels, as in walk.css
const ROW = 20;
const MOVED = 46;
const GAP = 8;
const MOST_ROWS = 12;

export function rowsOf(reply) {
  const most = reply.labels.map((_, i) => [Math.max(...reply.shares.map((shares) => shares[i])), i]);
  const seen = most.filter(([share]) => share >= 0.02).sort(([a], [b]) => b - a).slice(0, MOST_ROWS);
  const first = (i) => reply.shares.findIndex((shares) => shares[i] >= 0.25 * most[i][0]);
  return seen.map(([, i]) => i).sort((a, b) => first(a) - first(b)); // in the order in which they come
}

/** @param {any} reply @param {(label: string) => string} nameOf what a label is called */
export function courseSentence({ stretches }, nameOf = String) {
  if (!stretches.length) return "";
  const parts = stretches.slice(0, 5).map(([label, from], i) => `${label ? nameOf(label) : "a mixture"}${i ? ` from frame ${from + 1}` : ""}`);
  const more = stretches.length > 5 ? ` and ${stretches.length - 5} more changes` : "";
  return stretches.length === 1 ? `The judge sees ${parts[0]} all the way.` : `The judge sees ${parts.join(", then ")}${more}.`;
}

export function courseChart(root, scrub, nameOf) {
  const canvas = root.querySelector(".gx-map");
  const plot = root.querySelector(".gx-plot");
  const head = root.querySelector(".gx-head");
  let shown = null; // { reply, bitmap, names, rows }

  function colours() {
    const style = getComputedStyle(canvas);
    const colour = (name) => style.getPropertyValue(name).trim();
    return { accent: colour("--accent"), hand: colour("--judged"), quiet: colour("--quiet"), line: colour("--line"), soft: colour("--soft") };
  }

  function draw() {
    if (!shown || !plot.clientWidth) return;
    const { reply, bitmap, rows } = shown;
    const { accent, hand, quiet, line } = colours();
    const height = STRIP + GAP + rows.length * ROW + (rows.length ? GAP : 0) + MOVED;
    const width = plot.clientWidth;
    const dots = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(width * dots), Math.round(height * dots)];
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d");
    pen.scale(dots, dots);
    pen.imageSmoothingEnabled = false;
    const cell = width / reply.frames;

    // a picture every so many frames, each as large as the strip lets it be
    const size = Math.min(STRIP, Math.max(cell, 30));
    const every = Math.max(1, Math.ceil(size / cell));
    const [tileWidth, tileHeight] = reply.tile;
    const [across, down] = [reply.liveliest % reply.columns, Math.floor(reply.liveliest / reply.columns)]; // the tile that changes most
    for (let f = 0; f < reply.frames; f += every) {
      const [x, y] = [(f % reply.across) * reply.frame[0] + across * tileWidth, Math.floor(f / reply.across) * reply.frame[1] + down * tileHeight];
      const [left, side] = [f * cell, Math.min(size, every * cell - 1)];
      pen.drawImage(bitmap, x, y, tileWidth, tileHeight, left, STRIP - side, side, (side * tileHeight) / tileWidth);
    }

    let top = STRIP + GAP;
    for (const row of rows) {
      pen.fillStyle = quiet;
      pen.globalAlpha = 0.6;
      pen.fillRect(0, top, width, ROW - 2);
      pen.fillStyle = hand;
      for (let f = 0; f < reply.frames; f++) {
        pen.globalAlpha = reply.shares[f][row];
        const [left, right] = [f, f + 1].map((edge) => Math.round(edge * cell * dots) / dots); // no seams
        if (pen.globalAlpha) pen.fillRect(left, top, right - left, ROW - 2);
      }
      pen.globalAlpha = 1;
      top += ROW;
    }
    if (rows.length) top += GAP;

    const most = Math.max(...reply.moved, 1e-9);
    pen.fillStyle = line;
    pen.fillRect(0, top + MOVED - 1, width, 1);
    pen.fillStyle = accent;
    reply.moved.forEach((moved, f) => {
      const bar = (MOVED - 4) * (moved / most);
      pen.fillRect(f * cell + 0.5, top + MOVED - 1 - bar, Math.max(1, cell - 1.5), bar);
    });

    pen.fillStyle = accent;
    pen.globalAlpha = 0.5;
    for (const stop of reply.stops) pen.fillRect((stop + 0.5) * cell - 0.5, STRIP + 2, 1, height - STRIP - 2);
    pen.globalAlpha = 1;
  }

  function place(event) {
    const box = plot.getBoundingClientRect();
    scrub(Math.floor(((event.clientX - box.left) / box.width) * shown.reply.frames));
  }
  plot.addEventListener("pointerdown", (event) => {
    if (!shown) return;
    plot.setPointerCapture(event.pointerId);
    place(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (shown && plot.hasPointerCapture(event.pointerId)) place(event);
  });
  new ResizeObserver(draw).observe(plot);
  const dark = new MutationObserver(draw);
  dark.observe(document.body, { attributes: true, attributeFilter: ["class"] });

  return {
    load(reply, bitmap, names) {
      const rows = rowsOf(reply);
      shown = { reply, bitmap, rows };
      root.hidden = false;
      ensureChildren(root.querySelector(".gx-seen-labels"), rows.length, () => createNode("li")).forEach((node, i) => setText(node, nameOf(reply.labels[rows[i]])));
      const ticks = ensureChildren(root.querySelector(".gx-ticks"), reply.stops.length, () => createNode("span"));
      ticks.forEach((node, i) => {
        setText(node, names[i]);
        const share = (reply.stops[i] + 0.5) / reply.frames;
        node.style.left = `${share * 100}%`;
        node.style.transform = `translateX(-${Math.round(share * 100)}%)`;
        node.style.maxWidth = `${100 / reply.stops.length}%`;
      });
      setText(root.querySelector(".gx-story"), courseSentence(reply, nameOf));
      const hidden = reply.labels.length - rows.length + reply.others;
      const unseen = hidden ? ` ${hidden} other label${hidden > 1 ? "s are" : " is"} hardly seen.` : "";
      const shades = rows.length ? `${reply.count > 1 ? `The stronger, the more of the ${reply.count} pictures.` : "What the judge sees."}${unseen} ` : "No judge knows these labels. ";
      const strip = reply.count > 1 ? `The strip shows picture ${reply.liveliest + 1}, which changes most. ` : "";
      setText(root.querySelector(".gx-legend"), `${strip}${shades}Bars: ${reply.distance}.`);
      setLabel(canvas, courseSentence(reply, nameOf) || "How far the pictures move from frame to frame");
      draw();
    },
    at(frame) {
      if (shown) head.style.transform = `translateX(${((frame + 0.5) / shown.reply.frames) * plot.clientWidth}px)`;
    },
  };
}
