// @ts-check
// The page: what somebody does on it, and what it then shows. Everything lies in the file itself; nothing is asked of
// anybody. Words and labels reach the page by textContent only.

import { schemeSwitch } from "../../../app/header/scheme.js";
import { showLabels } from "../../../app/explore/labels.js";
import { densityPath } from "../../../app/explore/psi_slider.js";
import { takenSentence, tileAbout } from "../../../app/explore/word_truncation.js";
import { decodeBytes } from "../../../app/shared/web/bytes.js";
import { announcer, buttonGroup, troubleBox } from "../../../app/shared/web/controls.js";
import { createNode, fillTrack, finder, setLabel, setText, showChips } from "../../../app/shared/web/dom.js";
import { fileName, parseSeed, replaceInText } from "../../../app/shared/web/parse.js";
import { namesIn, parseStyle, withToggled } from "../../../app/shared/web/style.js";
import { tileButtons } from "../../../app/shared/web/tiles.js";
import { ExpressionError, resolve } from "./expressions.js";
import { familiarity, labelTable, readCondition, StyleError } from "./condition.js";
import { bitmapFrom, paintFour, paintLarge, paintOn, pngOf } from "./pictures.js";
import { normals, PURPOSE } from "./latents.js";
import { bound, mass, smooth } from "./psi.js";
import { addressOf, numbersOf, parseState, recipeOf, walked } from "./recipe.js";
import { Space } from "./space.js";
import { startThreads } from "./threads.js";

const LABELS = 12; // rows of the table at most
const NEAREST = 10;
const WALK = 4000; // milliseconds there, and as long back
const WIDE = 896; // pixels, about, of a picture that is saved

const find = finder(document.body);
const carried = (/** @type {string} */ id) => /** @type {string} */ (find(`#${id}`).textContent);
const facts = JSON.parse(carried("facts"));
const root = find(".gx");
const trouble = troubleBox(root, (word, other) => set({ w: replaceInText(state.w, word, other), w2: state.w2 && replaceInText(state.w2, word, other) }));
const announce = announcer(find(".gx-status"));
const takesWords = facts.conditioning === "word" || facts.conditioning === "label";

/** @type {import("./recipe.js").State} */
let state = parseState(location.hash.slice(1), facts.examples[0] ?? facts.labels[0]);
/** @type {Space} */
let space;
/** @type {Float32Array} */
let labelVectors;
/** @type {(job: import("./threads.js").Job) => Promise<Uint8Array>} */
let draw;
/** @type {any} */
let shown = null; // what is on the canvas, as far as tiles and files need to know
let isDrawing = false;
let isWanted = false;
let resting = 0;
let describing = 0;
let describedVector = "";

/** The page's parts that want other numbers. @param {Partial<import("./recipe.js").State>} fields */
function set(fields) {
  state = { ...state, ...fields };
  showControls();
  clearTimeout(resting);
  resting = setTimeout(() => history.replaceState(null, "", `#${addressOf(state)}`), 300);
  redraw();
}

const usedTruncation = () => state.wt ?? facts.word_truncation;

/** What the pictures are of. */
function subject() {
  if (!takesWords) return "z alone";
  const [from, to] = [state.w.trim(), state.w2?.trim()];
  if (!to || state.at <= 0) return from;
  return state.at >= 1 ? to : `${Math.round(100 * state.at)} % from ${from} to ${to}`;
}

/** Draw what is wanted now; while something is drawn, the newest wish waits. */
async function redraw() {
  isWanted = true;
  if (isDrawing || !draw) return;
  isDrawing = true;
  while (isWanted) {
    isWanted = false;
    try {
      await drawNow();
      trouble.hide();
    } catch (error) {
      if (!(error instanceof ExpressionError)) console.error(error);
      const { word, suggestions } = /** @type {any} */ (error);
      const reply = { message: error instanceof Error ? error.message : String(error), word, suggestions };
      trouble.show(reply, error instanceof StyleError ? [find(".gx-style")] : [find(".gx-word"), find(".gx-word2")]);
    }
  }
  isDrawing = false;
}

async function drawNow() {
  const wanted = state;
  const read = (/** @type {string} */ text) => readCondition(space, facts, labelVectors, text);
  const nothing = { vector: labelVectors.subarray(0, space.dim), words: new Set(), hints: /** @type {string[]} */ ([]) };
  const first = takesWords ? read(wanted.w) : nothing;
  const second = takesWords && wanted.w2?.trim() ? read(wanted.w2) : null;
  const { vector, written } = walked(first.vector, second && second.vector, wanted.at);
  const wt = takesWords ? usedTruncation() : 0;
  const numbers = numbersOf(facts, labelVectors, wanted, vector, wt);
  const begun = performance.now();
  const pixels = await draw(numbers);
  const [side, columns] = [facts.network.resolution, Math.sqrt(wanted.n)];
  const grid = { tile: [side, side], count: wanted.n, columns };
  const bitmap = bitmapFrom(pixels, grid, facts.network.channels);
  paintOn(find(".gx-canvas"), bitmap, grid);
  shown?.bitmap.close();
  const condition = wanted.w2 && wanted.at >= 1 ? { ...wanted, w: wanted.w2 } : wanted;
  const tileStyles = wanted.style === "each" ? Array.from({ length: wanted.n }, (_, i) => facts.styles[i % facts.styles.length]) : [wanted.style].filter(Boolean);
  const recipe = (/** @type {number} */ tile) => recipeOf(facts.checkpoint, condition, written, wt, tile);
  shown = { ...grid, bitmap, pixels: true, recipe: recipeOf(facts.checkpoint, condition, written, wt), recipeOfTile: recipe, state: wanted, title: subject(), tile_labels: numbers.taken, tile_styles: tileStyles };
  root.dataset.state = "drawn";
  showDrawn(vector, [first, ...(second ? [second] : [])]);
  root.dispatchEvent(new CustomEvent("drawn", { detail: { milliseconds: performance.now() - begun, bytes: pixels, state: wanted } }));
}

/** @param {Float32Array} vector @param {{ words: Set<string>, hints: string[] }[]} readings */
function showDrawn(vector, readings) {
  const name = shown.title;
  setLabel(find(".gx-canvas"), `${shown.count} pictures of ${name}`);
  tiles.fit(shown, name, () => false, (i) => tileAbout(shown, i));
  if (dialog.open) openTile(opened);
  setText(find(".gx-hints"), readings.flatMap(({ hints }) => hints).join(" "));
  setText(find("#gx-taken"), usedTruncation() && shown.tile_labels.length ? takenSentence(shown.tile_labels) : "0: the word as it is. 1: trained words alone.");
  const said = vector.join();
  if (takesWords && said !== describedVector) { // pixels come first: what is said of a word waits until no others are wanted
    clearTimeout(describing);
    describing = setTimeout(() => {
      describedVector = said;
      showWord(vector, new Set(readings.flatMap(({ words }) => [...words])));
    }, 30);
  }
  announce(`Drawn: ${name}`);
  document.title = `${name} · ${facts.checkpoint}`;
  if (!find(".gx-thumbnail")) return;
  clearTimeout(thumbnails);
  thumbnails = setTimeout(() => drawThumbnails(vector), 400);
}

/** @param {Float32Array} vector @param {Set<string>} typed */
function showWord(vector, typed) {
  const table = labelTable(facts, labelVectors, vector);
  const { above, level, sentence } = familiarity(facts, space, table[0][1]);
  showLabels(root, { conditioning: facts.conditioning, table: table.slice(0, LABELS), seen: [], labels: table.length, agreement: "" }, nameOf);
  setText(find(".gx-legend"), "Similarity: of the word's vector and the label's.");
  find(".gx-far").dataset.level = level;
  find(".gx-track i").style.left = `${Math.max(0, Math.min(1, above)) * 100}%`;
  setText(find(".gx-farsay"), sentence);
  showChips(find(".gx-nearest"), space.nearest(vector, NEAREST, typed).map(([word]) => word), "Draw");
}

const nameOf = (/** @type {string} */ label) => facts.display_names[label] ?? label;

// --- controls ----------------------------------------------------------------------------------------------------------

const showView = buttonGroup(find(".gx-view"), (value) => set({ n: Number(value) }));
const tiles = tileButtons(find(".gx-tiles"), (index) => openTile(index));

/** @param {HTMLInputElement} box @param {string} text */
function fill(box, text) {
  if (box.value !== text && (document.activeElement !== box || !text)) box.value = text;
}

function showControls() {
  fill(find(".gx-word"), state.w);
  fill(find(".gx-word2"), state.w2 ?? "");
  fill(find(".gx-seed"), state.s);
  fill(find(".gx-style"), state.style === "each" ? "" : state.style);
  showView(state.n);
  const isWalk = state.w2 !== null;
  find(".gx-second").hidden = find(".gx-walk").hidden = !isWalk;
  find(".gx-beside").hidden = isWalk;
  root.classList.toggle("gx-two-words", isWalk);
  const sliders = { psi: state.psi, truncation: usedTruncation(), at: state.at };
  for (const [name, value] of Object.entries(sliders)) {
    const slider = find(`#gx-${name}`);
    slider.value = String(value);
    fillTrack(slider);
    setText(find(`.gx-${name}-out`), value.toFixed(2));
  }
  showDensity();
  for (const chip of find(".gx-style-chips").children) {
    const { style } = chip.dataset;
    const isOn = style === "any" ? !state.style : style === "each" ? state.style === "each" : state.style !== "each" && namesIn(state.style).includes(style);
    chip.ariaPressed = String(isOn);
  }
}

function showDensity() {
  const t = bound(state.psi);
  const cut = Number.isFinite(t) ? `cut at ±${t.toFixed(2)}` : state.psi > 1 ? "z stretched" : "untruncated";
  find(".gx-normal").setAttribute("d", densityPath(1, [null, 1]));
  find(".gx-cut").setAttribute("d", state.psi < 0.005 ? "M99.5 43V1h1V43" : densityPath(state.psi, [Number.isFinite(t) ? t : null, Number.isFinite(t) ? mass(t) : 1]));
  setText(find(".gx-bound"), cut);
  setLabel(find(".gx-curve"), `Density of z at psi ${state.psi.toFixed(2)}: ${cut}`);
}

function listen(/** @type {string} */ selector, /** @type {string} */ kind, /** @type {(event: any) => void} */ then) {
  find(selector).addEventListener(kind, then);
}

function chooses(/** @type {string} */ selector) {
  listen(selector, "click", ({ target }) => {
    const word = target.closest("[data-word]")?.dataset.word;
    if (word) choose(word);
  });
}

/** @param {string} word */
function choose(word) {
  find(".gx-word").value = word;
  set({ w: word, at: 0 });
}

listen(".gx-ask", "submit", (event) => event.preventDefault());
listen(".gx-word", "input", ({ target }) => set({ w: target.value }));
listen(".gx-word2", "input", ({ target }) => set({ w2: target.value }));
listen(".gx-beside", "click", () => {
  const other = facts.examples.find((/** @type {string} */ word) => word !== state.w) ?? "";
  set({ w2: other, at: 0.5 });
  find(".gx-word2").select();
});
listen(".gx-second-close", "click", () => {
  stop();
  set({ w2: null, at: 0 });
  find(".gx-word").focus();
});
listen("#gx-psi", "input", ({ target }) => set({ psi: Number(target.value) }));
listen("#gx-truncation", "input", ({ target }) => set({ wt: Number(target.value) === facts.word_truncation ? null : Number(target.value) }));
listen("#gx-at", "input", ({ target }) => {
  stop();
  set({ at: Number(target.value) });
});
listen(".gx-seed", "input", ({ target }) => {
  const seed = parseSeed(target.value);
  target.ariaInvalid = String(seed === null);
  if (seed !== null) set({ s: seed });
});
listen(".gx-shuffle", "click", () => {
  find(".gx-seed").ariaInvalid = "false";
  set({ s: String(Math.floor(Math.random() * 1e6)) });
});
listen(".gx-download", "click", () => shown && save());
for (const list of [".gx-examples", ".gx-bars", ".gx-nearest"]) chooses(list);
listen(".gx-style", "input", ({ target }) => set({ style: parseStyle(target.value) }));
listen(".gx-style-chips", "click", (event) => {
  const name = event.target.closest("button")?.dataset.style;
  if (!name) return;
  const mixes = (event.shiftKey || event.ctrlKey || event.metaKey) && name !== "each" && name !== "any";
  find(".gx-style").blur();
  set({ style: mixes ? withToggled(state.style, name) : name === "any" ? "" : name });
});
addEventListener("hashchange", () => {
  state = parseState(location.hash.slice(1), facts.examples[0] ?? facts.labels[0]);
  showControls();
  redraw();
});

// --- a walk ------------------------------------------------------------------------------------------------------------

let playing = 0;

function stop() {
  cancelAnimationFrame(playing);
  playing = 0;
  find(".gx-play").ariaPressed = "false";
  setText(find(".gx-play"), "Play");
}

listen(".gx-play", "click", () => {
  if (playing) return stop();
  const begun = performance.now() - state.at * WALK;
  const step = (/** @type {number} */ now) => {
    const way = (((now - begun) / WALK) % 2 + 2) % 2;
    if (!isDrawing) set({ at: Math.round(200 * (way > 1 ? 2 - way : way)) / 200 });
    playing = requestAnimationFrame(step);
  };
  playing = requestAnimationFrame(step);
  find(".gx-play").ariaPressed = "true";
  setText(find(".gx-play"), "Stop");
});

// --- one tile, and files -----------------------------------------------------------------------------------------------

const dialog = find("dialog");
let opened = 0;

/** @param {number} index */
function openTile(index) {
  opened = Math.min(index, shown.count - 1);
  paintLarge(find(".gx-large"), shown, opened);
  setLabel(find(".gx-large"), `Picture ${opened + 1} of ${shown.title}, larger`);
  setText(find("#gx-dialog-title"), shown.title);
  const about = tileAbout(shown, opened);
  setText(find(".gx-which"), `Seed ${shown.state.s}, picture ${opened + 1}${about && `: ${about}`}`);
  if (!dialog.open) dialog.showModal();
}

dialog.addEventListener("keydown", (/** @type {KeyboardEvent} */ { key }) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (step && opened + step >= 0 && opened + step < shown.count) openTile(opened + step);
});
dialog.addEventListener("click", (/** @type {Event} */ { target }) => target === dialog && dialog.close());
dialog.addEventListener("close", () => tiles.focusOn(opened));
listen(".gx-close", "click", () => dialog.close());
listen(".gx-tile-download", "click", () => save(opened));

/** Save what is on show, or one of its tiles, with its recipe. @param {number} [tile] */
async function save(tile) {
  const { state: drawn, title, recipe, recipeOfTile } = shown;
  const text = tile === undefined ? recipe : recipeOfTile(tile);
  const { blob, size } = await pngOf(shown, WIDE, text, tile);
  const link = createNode("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName(`${title} ${drawn.style}`, tile === undefined ? drawn.s : `${drawn.s}.${tile}`, { psi: drawn.psi, size, generator: facts.checkpoint });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// --- styles ------------------------------------------------------------------------------------------------------------

let thumbnails = 0;

function placeStyles() {
  const styles = facts.styles.length ? ["any", ...(facts.styles.length > 1 ? ["each"] : []), ...facts.styles] : [];
  find(".gx-styles").hidden = !styles.length;
  for (const style of styles) {
    const chip = createNode("button", "gx-style-chip");
    [chip.type, chip.dataset.style] = ["button", style];
    chip.append(Object.assign(createNode("canvas", "gx-thumbnail"), { width: 1, height: 1 }));
    chip.append(createNode("span", "", { any: "any style", each: "all styles" }[style] ?? style));
    find(".gx-style-chips").append(chip);
  }
  if (facts.styles.length > 1) find(".gx-style").placeholder = `${facts.styles[0]} + 0.5*${facts.styles[1]}`;
}

/** The word in each style, small, once the pictures have come to rest. @param {Float32Array} vector */
async function drawThumbnails(vector) {
  if (isDrawing) return;
  const count = facts.styles.length;
  const numbers = numbersOf(facts, labelVectors, { ...state, n: count, style: "each", psi: 1, s: "0" }, vector, usedTruncation());
  const zDim = facts.network.z_dim;
  for (let i = 1; i < count; i++) numbers.z.copyWithin(i * zDim, 0, zDim);
  const side = facts.network.resolution;
  const grid = { tile: [side, side], count, columns: count };
  const bitmap = bitmapFrom(await draw(numbers), grid, facts.network.channels);
  for (const { dataset: { style }, firstElementChild: canvas } of find(".gx-style-chips").children) {
    if (facts.styles.includes(style)) paintLarge(canvas, { ...grid, bitmap }, facts.styles.indexOf(style));
    else if (style === "each") paintFour(canvas, { ...grid, bitmap });
  }
  bitmap.close();
}

// --- its beginning -----------------------------------------------------------------------------------------------------

async function begin() {
  schemeSwitch(find(".gx-scheme"));
  showChips(find(".gx-examples"), facts.examples, "Draw");
  placeStyles();
  root.classList.toggle("gx-takes-no-words", !takesWords);
  showControls();
  await new Promise((resolve) => setTimeout(resolve)); // the page is there before the numbers are unpacked
  const rows = decodeBytes(carried("vectors"));
  space = new Space(facts.space, facts.words, new Int8Array(rows.buffer));
  labelVectors = new Float32Array(decodeBytes(carried("labels")).buffer);
  const generator = { kernel: decodeBytes(carried("kernel")), config: facts.network, shapes: facts.tensors, weights: decodeBytes(carried("weights")) };
  draw = await startThreads(carried("worker"), generator);
  await redraw();
}

begin().catch((error) => {
  console.error(error);
  root.dataset.state = "empty";
  trouble.show({ message: `This browser cannot draw here (${error.message}); a current Chrome, Edge, Firefox or Safari can.` }, []);
});

// What a script may ask of the page, in the browser's console for one.
const explorer = {
  set,
  resolve: (/** @type {string} */ text) => resolve(space, text),
  suggest: (/** @type {string} */ word) => space.suggest(word),
  latent: (/** @type {string} */ seed, /** @type {number} */ index) => smooth(normals(BigInt(seed), index, PURPOSE.z, facts.network.z_dim), state.psi),
};
Object.assign(globalThis, { explorer });
