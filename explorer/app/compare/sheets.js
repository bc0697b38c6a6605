// @ts-check
// What each of them draws from the same latents, at once; and what its family is.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { decodeBlob, isLost, paintTiles } from "../shared/web/live_canvas.js";
import { newMailbox, showDevice } from "../shared/web/page.js";
import { compared, lineOf } from "./generators.js";

const MOST_SHEETS = 60;

/** @param {Compare} compare */
export function sheetsView(compare) {
  const { find, root, server, state } = compare;
  const mailbox = newMailbox();
  const sheets = new Map(); // replies, by generator, save and seed
  let sheetsAsked = 0;
  const seenSize = new ResizeObserver(() => showLabels());

  function sheetKey(name) {
    return JSON.stringify([name, lineOf(name)?.kimg ?? null, state.s]);
  }

  // One after the other, for a mailbox holds one; what is known already is shown meanwhile.
  async function drawSheets() {
    const mine = ++sheetsAsked;
    for (const [key, reply] of sheets) if (!reply.ok) sheets.delete(key); // what could not be drawn may be drawn by now
    showSheets();
    for (const name of compared(state)) {
      const key = sheetKey(name);
      for (let tries = 0; !sheets.has(key) && tries < 20; tries++) {
        const reply = await server.sheet({ tab: mailbox, c: name, s: state.s }).catch(() => null);
        if (mine !== sheetsAsked) return;
        if (reply?.ok) {
          reply.bitmap = await createImageBitmap(decodeBlob(reply.sheet.png));
          showDevice(reply);
        } else if (isLost(reply)) {
          await new Promise((next) => setTimeout(next, 300));
          continue;
        }
        sheets.set(key, reply);
        while (sheets.size > MOST_SHEETS) sheets.delete(sheets.keys().next().value);
      }
      if (mine !== sheetsAsked) return;
      showSheets();
    }
    root.dataset.state = "drawn";
  }

  function createSheet() {
    const figure = createNode("figure", "gc-sheet");
    const head = createNode("figcaption");
    seenSize.observe(figure);
    const family = createNode("button", "gc-family");
    [family.type, family.title] = ["button", "What this family is, further down"];
    head.append(createNode("i", "gc-dot"), createNode("b", "gc-name"), family);
    const both = createNode("div", "gc-both");
    const canvas = createNode("canvas", "gx-canvas");
    [canvas.width, canvas.height, canvas.role] = [231, 289, "img"];
    both.append(createNode("div", "gc-rows"), canvas);
    figure.append(head, both, createNode("p", "gc-soft gc-facts"), createNode("p", "gc-warned"));
    return figure;
  }

  function showSheets() {
    const names = compared(state);
    const reals = compare.measured?.reals ?? [];
    const figures = ensureChildren(find(".gc-sheets"), names.length + reals.length, createSheet);
    names.forEach((name, place) => {
      const reply = sheets.get(sheetKey(name));
      const entry = compare.entryOf(name);
      const facts = entry?.facts ?? reply?.facts ?? [];
      const trouble = reply && !reply.ok ? [reply.message] : (entry?.problems ?? []);
      const unconditional = reply?.ok && !reply.sheet.rows.length ? ["unconditional, so no row means anything"] : [];
      fillSheet(figures[place], { name, colour: compare.colourOf(place), family: lineOf(name)?.family ?? "", facts: [...unconditional, ...facts].join(" · "), trouble });
      if (reply?.ok) paintSheet(figures[place], sheetKey(name), reply.sheet, reply.bitmap, reply.tile, `drawn by ${name}`);
      else blankSheet(figures[place], `drawn by ${name}`);
    });
    reals.forEach((real, i) => {
      const figure = figures[names.length + i];
      fillSheet(figure, { name: "real pictures", colour: null, family: "", facts: "Of the same labels, to hold the others against.", trouble: [] });
      if (real.bitmap) paintSheet(figure, real.png, real, real.bitmap, [real.bitmap.width / real.columns, real.bitmap.height / real.height], "that are real");
    });
    showLabels();
    setText(find(".gc-sheets-say"), names.length ? `Along every row the same latents (seed ${state.s}, ψ 1), in every sheet. One without labels as its condition has no such rows: it shows the next latents instead.` : "Choose a generator to begin with.");
  }

  function fillSheet(figure, { name, colour, family, facts, trouble }) {
    const [head, , below, warned] = figure.children;
    const [dot, title, of] = head.children;
    figure.classList.toggle("gc-real", colour === null);
    dot.hidden = colour === null;
    if (colour) dot.style.background = colour;
    setText(title, name);
    setText(of, family);
    of.hidden = !family;
    setText(below, facts);
    setText(warned, trouble.join(" "));
  }

  // A place that showed another's pictures does not go on showing them under a new name; one's own stay until others come.
  function blankSheet(figure, about) {
    const [labels, canvas] = figure.querySelector(".gc-both").children;
    if (!canvas.dataset.key || canvas.dataset.about === about) return;
    delete canvas.dataset.key;
    labels.replaceChildren();
    canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    setLabel(canvas, "not drawn yet");
  }

  function paintSheet(figure, key, { rows, columns, height }, bitmap, tile, about) {
    const [labels, canvas] = figure.querySelector(".gc-both").children;
    ensureChildren(labels, rows.length, () => createNode("span")).forEach((label, i) => setText(label, rows[i]));
    if (canvas.dataset.key === key) return;
    [canvas.dataset.key, canvas.dataset.about] = [key, about];
    paintTiles(canvas, bitmap, { columns, count: columns * height, tile });
    setLabel(canvas, `${height} rows of ${columns} pictures ${about}`);
  }

  find(".gc-sheets").addEventListener("click", (event) => {
    const family = event.target.closest("button.gc-family");
    const card = family && [...find(".gc-families").children].find((item) => item.firstChild.textContent === family.textContent);
    card?.scrollIntoView({ behavior: "smooth", block: "center" });
  });

  // The rows' labels stand before the first sheet of each line; a sheet of other rows has its own beside it.
  function showLabels() {
    const figures = [...find(".gc-sheets").children];
    let line = null;
    for (const figure of figures) {
      const rows = figure.querySelector(".gc-rows");
      const first = figure.offsetLeft <= figures[0].offsetLeft;
      if (first) line = rows.textContent;
      figure.classList.toggle("gc-first", first);
      figure.classList.toggle("gc-own-rows", !first && rows.textContent !== line);
    }
  }

  return { draw: drawSheets, show: showSheets, familyOf: (name) => sheets.get(sheetKey(name))?.family ?? compare.entryOf(name)?.family };
}
