// What each of them draws from the same latents, at once; and what its family is.

const sheetBox = newMailbox();
const sheets = new Map(); // replies, by generator, save and seed
const MOST_SHEETS = 60;
let sheetsAsked = 0;
const seenSize = new ResizeObserver(() => showLabels());

function sheetKey(name) {
  return JSON.stringify([name, lineOf(name)?.kimg ?? null, state.s]);
}

function colourOf(place) {
  return offered.colours[place % offered.colours.length];
}

// One after the other, for a mailbox holds one; what is known already is shown meanwhile.
async function drawSheets() {
  const mine = ++sheetsAsked;
  for (const [key, reply] of sheets) if (!reply.ok) sheets.delete(key); // what could not be drawn may be drawn by now
  showSheets();
  for (const name of compared()) {
    const key = sheetKey(name);
    for (let tries = 0; !sheets.has(key) && tries < 20; tries++) {
      const reply = await server.sheet({ tab: sheetBox, c: name, s: state.s }).catch(() => null);
      if (mine !== sheetsAsked) return;
      if (reply?.ok) {
        reply.bitmap = await createImageBitmap(decoded(reply.sheet.png));
        showDevice(reply);
      } else if (!reply || ["stale", "busy"].includes(reply.kind)) {
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

function madeSheet() {
  const figure = made("figure", "gc-sheet");
  const head = made("figcaption");
  seenSize.observe(figure);
  const family = made("button", "gc-family");
  [family.type, family.title] = ["button", "What this family is: its game, further down"];
  head.append(made("i", "gc-dot"), made("b", "gc-name"), family);
  const both = made("div", "gc-both");
  const canvas = made("canvas", "gx-canvas");
  [canvas.width, canvas.height, canvas.role] = [231, 289, "img"];
  both.append(made("div", "gc-rows"), canvas);
  figure.append(head, both, made("p", "gc-soft gc-facts"), made("p", "gc-warned"));
  return figure;
}

function showSheets() {
  const names = compared();
  const reals = known?.reals ?? [];
  const figures = children(find(".gc-sheets"), names.length + reals.length, madeSheet);
  names.forEach((name, place) => {
    const reply = sheets.get(sheetKey(name));
    const entry = entryOf(name);
    const facts = entry?.facts ?? reply?.facts ?? [];
    const trouble = reply && !reply.ok ? [reply.message] : (entry?.said ?? []);
    const untold = reply?.ok && !reply.sheet.rows.length ? ["told nothing, so no row means anything"] : [];
    fillSheet(figures[place], { name, colour: colourOf(place), family: lineOf(name)?.family ?? "", facts: [...untold, ...facts].join(" · "), trouble });
    if (reply?.ok) paintSheet(figures[place], sheetKey(name), reply.sheet, reply.bitmap, reply.tile, `drawn by ${name}`);
    else blankSheet(figures[place], `drawn by ${name}`);
  });
  reals.forEach((real, i) => {
    const figure = figures[names.length + i];
    fillSheet(figure, { name: "real pictures", colour: null, family: "", facts: "Of the same labels, to hold the others against.", trouble: [] });
    if (real.bitmap) paintSheet(figure, real.png, real, real.bitmap, [real.bitmap.width / real.columns, real.bitmap.height / real.height], "that are real");
  });
  showLabels();
  put(find(".gc-sheets-say"), names.length ? `Along every row the same latents (seed ${state.s}, ψ 1), in every sheet. One that hears no labels has no such rows: it shows the next latents instead.` : "Choose a generator to begin with.");
}

function fillSheet(figure, { name, colour, family, facts, trouble }) {
  const [head, , below, warned] = figure.children;
  const [dot, title, of] = head.children;
  figure.classList.toggle("gc-real", colour === null);
  dot.hidden = colour === null;
  if (colour) dot.style.background = colour;
  put(title, name);
  put(of, family);
  of.hidden = !family;
  put(below, facts);
  put(warned, trouble.join(" "));
}

// A place that showed another's pictures does not go on showing them under a new name; one's own stay until others come.
function blankSheet(figure, about) {
  const [labels, canvas] = figure.querySelector(".gc-both").children;
  if (!canvas.dataset.key || canvas.dataset.about === about) return;
  delete canvas.dataset.key;
  labels.replaceChildren();
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  describe(canvas, "not drawn yet");
}

function paintSheet(figure, key, { rows, columns, height }, bitmap, tile, about) {
  const [labels, canvas] = figure.querySelector(".gc-both").children;
  children(labels, rows.length, () => made("span")).forEach((label, i) => put(label, rows[i]));
  if (canvas.dataset.key === key) return;
  [canvas.dataset.key, canvas.dataset.about] = [key, about];
  paintTiles(canvas, bitmap, { columns, count: columns * height, tile });
  describe(canvas, `${height} rows of ${columns} pictures ${about}`);
}

find(".gc-sheets").addEventListener("click", (event) => {
  const family = event.target.closest("button.gc-family");
  const card = family && [...find(".gc-games").children].find((one) => one.firstChild.textContent === family.textContent);
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

function showGames() {
  const names = [...new Set(compared().map((name) => sheets.get(sheetKey(name))?.family ?? entryOf(name)?.family))].filter((name) => Object.hasOwn(offered.families, name));
  const cards = children(find(".gc-games"), names.length, () => made("article", "gc-game"));
  find(".gc-games-head").hidden = !names.length;
  cards.forEach((card, i) => {
    if (card.dataset.family === names[i]) return;
    card.dataset.family = names[i];
    const row = offered.families[names[i]];
    const terms = made("dl", "gc-objective");
    row.formulas.forEach((formula, d) => {
      const said = made("dd");
      said.innerHTML = formula; // ours, like the diagram: made from the table of families alone
      terms.append(made("dt", "", d ? "G minimises" : "D minimises"), said);
    });
    const diagram = made("div", "gc-diagram");
    diagram.innerHTML = row.diagram;
    card.replaceChildren(made("h3", "", row.title), made("p", "gc-soft", row.paper), diagram, terms, made("p", "gc-good", row.good), made("p", "gc-bad", row.bad));
  });
}
