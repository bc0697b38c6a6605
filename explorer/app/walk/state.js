// @ts-check
// The state of the Walk tab, and its twin in the address bar.

import { clamp, fieldsOf, parseSeed, parseTileNames } from "../shared/web/parse.js";
import { drawnWithFields, EACH, LONGEST_STYLE, parseDrawnWith, parseStyle } from "../shared/web/style.js";

export const VIEW_NAMES = ["film", "pad", "turn", "codes"];
export const MOST_STOPS = 9;
export const PICTURE = /^([^]*)@([0-9]{1,19}\.[0-9]{1,3})$/; // boots@7.3: picture 3 of seed 7
export const FOUND = /^found:[0-9]{1,4}(-[0-9]{1,2})?(\.[\w-]+){1,2}$/; // a picture of one's own: what it is drawn from
const LONGEST_STOP = 230; // letters
const LONGEST_FOUND = 50_000;
export const FIELDS = ["view", "stop", "stopstyle", "s", "psi", "style", "wt", "over", "way", "n", "frames", "loop", "fps", "pp", "f", "pad", "corner", "x", "y", "axes", "w", "from", "to", "amount", "right", "down", "k"];

/** @param {string} search what follows the address */
export function parseState(search) {
  const query = new URLSearchParams(search);
  const oneOf = (name, allowed, otherwise) => (allowed.includes(query.get(name)) ? query.get(name) : otherwise);
  const text = (name, otherwise) => (query.get(name) ?? otherwise).slice(0, 200);
  const own = query.get("tab") === "walk"; // else the address is still another tab's
  const stopsGiven = query.getAll("stop").slice(0, MOST_STOPS).map((stop) => stop.slice(0, FOUND.test(stop) ? LONGEST_FOUND : LONGEST_STOP));
  const cornersGiven = query.getAll("corner").slice(0, 4).map((corner) => corner.slice(0, 200));
  return {
    view: oneOf("view", VIEW_NAMES, "film"),
    stops: stopsGiven.length ? stopsGiven : null, // null: what the generator's own examples say
    s: parseSeed(query.get("s") ?? "") ?? "0",
    ...parseDrawnWith(query),
    stopStyles: query.getAll("stopstyle").slice(0, MOST_STOPS).map((style) => style.slice(0, LONGEST_STYLE)), // "": the walk's
    over: oneOf("over", ["words", "z", "both"], ""),
    way: oneOf("way", ["linear"], "spherical"),
    n: oneOf("n", ["1", "4"], "16"),
    frames: parseFrames(query.get("frames")),
    loop: query.get("loop") === "1",
    fps: Math.round(clamp(query.get("fps"), 2, 60, 12)),
    pingpong: query.get("pp") === "1",
    f: Math.round(clamp(query.get("f"), 0, 239, 0)),
    kind: oneOf("pad", ["noise"], "words"),
    corners: cornersGiven.length === 4 ? cornersGiven : null,
    x: clamp(query.get("x"), 0, 1, 0.5),
    y: clamp(query.get("y"), 0, 1, 0.5),
    axes: parseSeed(query.get("axes") ?? "") ?? "0",
    w: own ? text("w", "") : "",
    from: parseTileNames(query.get("from"), 32),
    to: parseTileNames(query.get("to"), 32),
    amount: clamp(query.get("amount"), -2, 2, 0),
    right: Math.round(clamp(query.get("right"), 0, 64, 0)), // the code of the x axis, from 1; 0: the usual one
    down: Math.round(clamp(query.get("down"), 0, 64, 0)),
  };
}

const DRAWN_WITH = ["psi", "style", "wt", "k"];
const VIEW_FIELDS = {
  film: ["stops", "stopStyles", "over", "way", "n", "frames", "loop", "fps", "pingpong", "f", ...DRAWN_WITH],
  pad: ["kind", "x", "y", ...DRAWN_WITH],
  turn: ["w", "from", "to", "amount", ...DRAWN_WITH],
  codes: ["right", "down", "k", "psi"],
};

/** What an address says of its view, and what came along from another tab. @param {string} search @param {string[]} taken */
export function restoredState(search, taken) {
  const next = parseState(search);
  const ofPad = next.kind === "noise" ? ["w", "axes"] : ["corners"];
  return fieldsOf(next, ["view", "s", ...taken.filter((field) => field !== "w"), ...VIEW_FIELDS[next.view], ...(next.view === "pad" ? ofPad : [])]);
}

/** The buttons have four numbers of frames, a film of a file any. @param {string | null} text */
function parseFrames(text) {
  const frames = Math.round(clamp(text, 0, 1000, 24));
  return String(frames >= 2 && frames <= 240 ? frames : 24);
}

export function stateFields(state) {
  const written = [["view", state.view], ["s", state.s]].filter(([, value]) => value !== "film" && value !== "0");
  const add = (name, value, usual) => {
    if (value !== usual) written.push([name, value]);
  };
  written.push(...(state.view === "codes" ? [["psi", state.psi]].filter(([, psi]) => psi !== 1) : drawnWithFields(state)));
  if (state.view === "film") {
    const open = state.stops?.length === 1 && !state.stops[0]; // nine latents of a generator that takes no words
    for (const stop of open ? [] : (state.stops ?? [])) written.push(["stop", stop]);
    if (state.stopStyles.some(Boolean)) for (const style of state.stopStyles) written.push(["stopstyle", style]);
    add("over", state.over, "");
    add("way", state.way, "spherical");
    add("n", state.n, "16");
    add("frames", state.frames, "24");
    if (state.loop) written.push(["loop", 1]);
    add("fps", state.fps, 12);
    if (state.pingpong) written.push(["pp", 1]);
    add("f", state.f, 0);
  }
  if (state.view === "pad") {
    add("pad", state.kind, "words");
    if (state.kind === "words" && state.corners?.some(Boolean)) for (const corner of state.corners ?? []) written.push(["corner", corner]);
    else {
      add("w", state.w, "");
      add("axes", state.axes, "0");
    }
    add("x", state.x, 0.5);
    add("y", state.y, 0.5);
  }
  if (state.view === "turn") {
    add("w", state.w, "");
    if (state.from.length) written.push(["from", state.from.join(",")]);
    if (state.to.length) written.push(["to", state.to.join(",")]);
    add("amount", state.amount, 0);
  }
  if (state.view === "codes") {
    add("right", state.right, 0);
    add("down", state.down, 0);
    add("k", state.k.join(","), "");
  }
  return written;
}

/** The styles of a walk: none, one for all its stops, or one for each. @param {{ stops: string[], stopStyles: string[], style: string }} state */
export function walkStyles({ stops, stopStyles, style }) {
  const each = stops.map((_, i) => parseStyle(style === EACH ? style : stopStyles[i] || style));
  if (each.some((other) => other !== each[0])) return each;
  return each[0] ? each.slice(0, 1) : [];
}

/** The word of a stop, "" for a picture of one's own. @param {string} stop */
export function wordOf(stop) {
  return FOUND.test(stop) ? "" : stop.replace(PICTURE, "$1");
}

/** What a stop is called. @param {string} stop */
export function nameOf(stop) {
  return FOUND.test(stop) ? "your picture" : wordOf(stop);
}

/** The stops that a generator which takes no words can walk: the pictures among them, or "", nine latents of the noise.
 * @param {string[]} stops */
export function stopsWithoutWords(stops) {
  const pictures = stops.filter((stop) => FOUND.test(stop) || PICTURE.test(stop)).map((stop) => stop.replace(PICTURE, "@$2"));
  return pictures.length > 1 ? pictures : [""];
}

/** The stops with a picture at one of their ends, in place of what is there. @param {string[]} stops @param {"from" | "to"} end @param {string} stop */
export function withEnd(stops, end, stop) {
  if (stops.length < 2) return end === "from" ? [stop, ...stops] : [...stops, stop];
  return stops.with(end === "from" ? 0 : -1, stop);
}
