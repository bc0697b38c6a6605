// @ts-check
// The map on the page: thumbnails with their words, dots for the others, the point; drag, wheel, pinch and keys.

import { context2d } from "../shared/web/live_canvas.js";
import { createNode } from "../shared/web/dom.js";
import { MOST_ZOOM, REACH } from "./state.js";
import { frameOf, middleAround, middleFollowing, middleWithin, onShow, toMap, toPixels, unitOf, wordUnder } from "./view.js";

const STEP = 1.5; // of a zoom by button or key
const SLIP = 5; // pixels that a click on a thumbnail may slip and still be one

/** @param {any} plot the element
 * @param {{ moved: (at: number[]) => void, zoomed: (zoom: number) => void, thumbnail: (word: string) => any, shown: (words: string[], all: number) => void,
 *   enter: () => void, home: () => void }} on
 * moved: somebody moved the point there; shown: which words have a thumbnail, the innermost first, of how many */
export function mapPlot(plot, on) {
  const [dots, layer, point] = [".gm-dots", ".gm-words", ".gm-point"].map((part) => plot.querySelector(part));
  /** @type {any[][]} */
  let words = [];
  let frame = { middle: [0, 0], reach: [1, 1] };
  let [zoom, middle, at] = [1, [0, 0], /** @type {number[] | null} */ (null)];
  /** @type {Map<string, any>} */
  const nodes = new Map(); // of the words that have a thumbnail
  let framed = 0;

  function view() {
    const size = [plot.clientWidth, plot.clientHeight];
    return { middle, unit: unitOf(frame, size, zoom), size };
  }

  function draw() {
    framed ||= requestAnimationFrame(() => {
      framed = 0;
      if (plot.clientWidth) paint();
    });
  }

  function paint() {
    const now = view();
    const seen = onShow(now, words);
    paintDots(now, seen.filter((one) => !one.isLarge));
    const large = seen.filter((one) => one.isLarge);
    const present = new Set(large.map(({ i }) => words[i][0]));
    for (const [word, node] of nodes) {
      if (present.has(word)) continue;
      node.remove();
      nodes.delete(word);
    }
    for (const { i, left, top } of large) {
      const [word, kind] = words[i];
      let node = nodes.get(word);
      if (!node) {
        node = createNode("div", "gm-word");
        node.append(createNode("canvas"), createNode("span", "", word));
        nodes.set(word, node);
        layer.append(node);
      }
      node.dataset.kind = kind;
      node.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
      const canvas = on.thumbnail(word);
      if (canvas && node.firstChild !== canvas) node.firstChild.replaceWith(canvas);
    }
    point.hidden = !at;
    if (at) {
      const [left, top] = toPixels(now, at);
      point.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    }
    const away = ({ left, top }) => Math.hypot(left - now.size[0] / 2, top - now.size[1] / 2);
    on.shown(large.sort((a, b) => away(a) - away(b)).map(({ i }) => words[i][0]), words.length);
  }

  function paintDots({ size }, rest) {
    const dense = window.devicePixelRatio || 1;
    const whole = size.map((side) => Math.round(side * dense));
    if (dots.width !== whole[0] || dots.height !== whole[1]) [dots.width, dots.height] = whole;
    const pen = context2d(dots);
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, size[0], size[1]);
    pen.fillStyle = "#8d8981"; // seen on light and on dark
    for (const { i, left, top } of rest) {
      pen.globalAlpha = words[i][1] === "around" ? 0.45 : 0.8;
      pen.beginPath();
      pen.arc(left, top, words[i][1] === "neighbour" ? 3 : 2.2, 0, 7);
      pen.fill();
    }
  }

  function setZoom(next, pixel) {
    const now = view();
    const clipped = Math.min(MOST_ZOOM, Math.max(1, next));
    const unit = unitOf(frame, now.size, clipped);
    middle = middleWithin(frame, middleAround(now, pixel, unit), clipped);
    zoom = clipped;
    on.zoomed(zoom);
    draw();
  }

  /** About the point, where it is on show. @param {number} by */
  function zoomBy(by) {
    const now = view();
    const own = at ? toPixels(now, at) : now.size.map((side) => side / 2);
    const isSeen = own.every((pixel, side) => pixel >= 0 && pixel <= now.size[side]);
    setZoom(zoom * by, isSeen ? own : now.size.map((side) => side / 2));
  }

  function moveTo(place) {
    at = place.map((side) => Math.min(REACH, Math.max(-REACH, side)));
    on.moved(at);
    draw();
  }

  // --- hand ----------------------------------------------------------------------------------------------------------

  /** @type {Map<number, number[]>} */
  const fingers = new Map();
  /** @type {any} */
  let held = null; // { from: the pixel where it began, word: that was clicked, pans: whether it moves the map }

  function pixelOf(event) {
    const box = plot.getBoundingClientRect();
    return [event.clientX - box.left - plot.clientLeft, event.clientY - box.top - plot.clientTop];
  }

  const rounded = (place) => place.map((side) => Math.round(side * 1e4) / 1e4);

  plot.addEventListener("pointerdown", (event) => {
    if (event.button > 1 || !words.length) return;
    plot.setPointerCapture(event.pointerId);
    const pixel = pixelOf(event);
    fingers.set(event.pointerId, pixel);
    const pans = event.shiftKey || event.button === 1 || fingers.size > 1;
    const word = pans ? null : wordUnder(view(), words, pixel);
    held = { from: pixel, last: pixel, word, pans };
    if (event.button === 1) event.preventDefault();
    if (!pans) moveTo(word ? [word[2], word[3]] : rounded(toMap(view(), pixel)));
  });
  plot.addEventListener("pointermove", (event) => {
    if (!held || !fingers.has(event.pointerId)) return;
    const pixel = pixelOf(event);
    if (fingers.size > 1) return pinch(event.pointerId, pixel);
    if (held.pans) {
      const { unit } = view();
      middle = middleWithin(frame, [0, 1].map((side) => middle[side] - (pixel[side] - held.last[side]) / unit), zoom);
      held.last = pixel;
      draw();
    } else if (!held.word || Math.hypot(pixel[0] - held.from[0], pixel[1] - held.from[1]) > SLIP) {
      held.word = null;
      moveTo(rounded(toMap(view(), pixel)));
      middle = middleWithin(frame, middleFollowing(view(), at), zoom);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    plot.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      if (!fingers.size) held = null;
      else held.pans = true; // the other finger of a pinch does not move the point
    });
  }

  // Two fingers: what is under them stays under them.
  function pinch(id, pixel) {
    const other = [...fingers].find(([one]) => one !== id)?.[1] ?? pixel;
    const before = fingers.get(id) ?? pixel;
    const apart = (one) => Math.max(20, Math.hypot(one[0] - other[0], one[1] - other[1]));
    fingers.set(id, pixel);
    held.last = other;
    setZoom((zoom * apart(pixel)) / apart(before), other);
  }

  plot.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : 1;
    if (words.length) setZoom(zoom * Math.exp(-0.0015 * Math.max(-400, Math.min(400, event.deltaY * lines))), pixelOf(event));
  }, { passive: false });

  plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !words.length) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const done = { "+": () => zoomBy(STEP), "=": () => zoomBy(STEP), "-": () => zoomBy(1 / STEP), 0: whole, Home: on.home, Enter: on.enter }[event.key];
    if (!step && !done) return;
    event.preventDefault();
    if (done) return done();
    const { unit } = view();
    const from = at ?? middle;
    moveTo(rounded(from.map((side, i) => side + (step[i] * (event.shiftKey ? 3 : 20)) / unit)));
    middle = middleWithin(frame, middleFollowing(view(), at), zoom);
  });

  function whole() {
    [zoom, middle] = [1, frame.middle];
    on.zoomed(zoom);
    draw();
  }

  new ResizeObserver(draw).observe(plot);

  return {
    draw,
    whole,
    zoomBy,
    /** Whether a hand or finger lies on it. */
    isHeld: () => held !== null,
    /** Show other words. @param {any[][]} next as [text, kind, x, y, level] @param {number} nextZoom */
    setWords(next, nextZoom = zoom) {
      words = next;
      frame = frameOf(words);
      zoom = nextZoom;
      middle = middleWithin(frame, at && zoom > 1 ? middleFollowing({ ...view(), middle }, at) : middle, zoom);
      draw();
    },
    /** Another zoom, which no hand chose. @param {number} next */
    restore(next) {
      zoom = next;
      middle = middleWithin(frame, middle, zoom);
    },
    /** Put the point there, as nobody's hand did. @param {number[]} place */
    setPoint(place) {
      at = place;
      middle = middleWithin(frame, middleFollowing(view(), at), zoom);
      draw();
    },
  };
}
