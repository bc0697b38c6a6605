// The grid over two dials: its size is told before it is drawn; a small one is drawn by itself when the view is opened.

const [planBox, gridBox] = [newMailbox(), newMailbox()];
const BY_ITSELF = 64; // pictures
const PLAN_REST = 250; // milliseconds
const boxesOf = {};
let planned = null; // the last plan, and the ask it is of
let planAsked = 0;
let planResting = null;
let gridDrawn = null; // the ask of the grid on show
let gridReply = null; // and its reply
let drawing = 0;
let opened = false;

function gridAsk() {
  const ask = { c: page.generator, w: state.w || examplesHere()[0] || "", s: state.s, psi: state.psi };
  for (const side of SIDES) if (state[side]) Object.assign(ask, { [side]: state[side], [`${side}v`]: valuesOf(side) });
  return ask;
}

function axesChanged() {
  for (const side of SIDES) {
    const select = find(`[data-side=${side}] select`);
    const other = state[SIDES.find((one) => one !== side)];
    const kinds = [...(side === "y" ? [["", "nothing: one row"]] : []), ...Object.entries(KINDS).map(([kind, { title }]) => [kind, title])];
    children(select, kinds.length, () => made("option")).forEach((option, i) => {
      [option.value, option.disabled] = [kinds[i][0], kinds[i][0] !== "" && kinds[i][0] === other];
      put(option, kinds[i][1]);
    });
    select.value = state[side];
    boxesOf[side](state[side], valuesOf(side));
  }
  const grows = SIDES.map((side) => state[side]);
  for (const fixed of root.querySelectorAll("[data-fixed]")) fixed.hidden = grows.includes(fixed.dataset.fixed);
  for (const [box, value] of [[find(".gc-word"), state.w || examplesHere()[0] || ""], [find(".gc-seed"), state.s]]) {
    if (document.activeElement !== box) box.value = value;
  }
  find(".gc-psi").value = state.psi;
  fill(find(".gc-psi"));
  put(find(".gc-psi-out"), state.psi.toFixed(2));
  put(find(".gc-generator"), page.generator || page.menu?.default || "");
  const unheard = grows.includes("word") && !grows.includes("checkpoint") && page.deaf;
  put(find(".gc-note"), unheard ? `${page.offer.name} hears no words: its pictures will be the same for all of them.` : "");
  remember();
  learnEpochs();
  planSoon();
}

function planSoon() {
  clearTimeout(planResting);
  planResting = setTimeout(plan, PLAN_REST);
}

async function plan() {
  if (!page.menu || (SIDES.some((side) => state[side] === "epoch") && epochs.kept === null)) return;
  const mine = ++planAsked;
  const ask = gridAsk();
  const reply = await server.plan({ ...ask, tab: planBox }).catch(() => null);
  if (mine !== planAsked) return;
  planned = reply?.ok ? { ...reply, ask } : null;
  refuse(reply?.ok ? null : (reply ?? { message: "The app does not answer. Is it still running?" }));
  if (planned) put(find(".gc-size"), `${planned.size.replaceAll(" x ", " × ")}${pace(planned.seconds)}`);
  find(".gc-draw").disabled = !planned;
  if (planned && !opened && planned.count <= BY_ITSELF) drawGrid();
  opened = true;
  showStale();
}

function pace(seconds) {
  if (seconds === null) return "";
  return seconds < 0.95 ? ", less than a second" : `, about ${Math.round(seconds)} s`;
}

function refuse(reply) {
  find(".gc-size").classList.toggle("gc-warned", Boolean(reply));
  if (reply) put(find(".gc-size"), reply.message);
  chips(find(".gc-suggestions"), reply?.suggestions ?? [], "Write");
  find(".gc-suggestions").dataset.word = reply?.word ?? "";
}

async function drawGrid() {
  if (!planned) return;
  const { ask } = planned;
  const mine = ++drawing;
  root.classList.add("gx-slow");
  const reply = await server.grid({ ...ask, tab: gridBox }).catch(() => null);
  if (mine !== drawing) return;
  root.classList.remove("gx-slow");
  if (!reply?.ok) return refuse(reply?.kind && reply.message ? reply : { message: "The grid could not be drawn just now; try again." });
  const bitmap = await createImageBitmap(decoded(reply.png));
  find(".gc-plate").hidden = find(".gc-save").hidden = false;
  paintTiles(find(".gc-screen"), bitmap, reply);
  bitmap.close();
  [gridDrawn, gridReply] = [ask, reply];
  showMarks(find(".gc-across"), reply.across, true);
  showMarks(find(".gc-down"), reply.down ?? ["", []], false);
  const [columns, rows] = [reply.columns, reply.count / reply.columns];
  find(".gc-plate").style.setProperty("--columns", columns);
  find(".gc-plate").style.setProperty("--wide", `${columns * Math.max(48, Math.min(112, Math.round(900 / Math.max(columns, rows))))}px`);
  describe(find(".gc-screen"), `${reply.size}: ${reply.across[0]} grows to the right${reply.down ? `, ${reply.down[0]} downwards` : ""}`);
  const openable = !gridKinds().includes("epoch"); // what Explore offers of a training is its last save
  find(".gc-tiles").hidden = find(".gc-tip").hidden = !openable;
  if (openable) fitGridTiles(reply, "", () => false);
  [...find(".gc-tiles").children].forEach((button, i) => describe(button, `${Object.values(toldAt(i)).join(", ")}: open in Explore`));
  planSoon(); // by now it is known how long such a grid takes
  find(".gc-screen").dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: { ask } }));
}

function gridKinds() {
  return SIDES.map((side) => gridDrawn[side]).filter(Boolean);
}

// What grows at a place of the grid on show: { psi: "0.5", word: "boots" }.
function toldAt(place) {
  const { columns, across, down } = gridReply;
  const values = [across[1][place % columns], down?.[1][Math.floor(place / columns)]];
  return Object.fromEntries(gridKinds().map((kind, i) => [kind, values[i]]));
}

const { fit: fitGridTiles } = tileButtons(find(".gc-tiles"), (place) => {
  const told = toldAt(place);
  const seed = (told.seed ?? gridDrawn.s).replaceAll(",", "");
  const query = new URLSearchParams({ w: told.word ?? gridDrawn.w, s: seed, psi: told.psi ?? gridDrawn.psi, z: `${seed}.0` });
  const generator = told.checkpoint ?? gridDrawn.c;
  if (generator) query.set("c", generator);
  const theme = new URLSearchParams(location.search).get("__theme");
  if (theme) query.set("__theme", theme);
  location.assign(`?${query}`);
});

function showMarks(side, [title, values], right) {
  const named = ["psi", "seed", "kimg"].includes(title);
  children(side, values.length, () => made("span")).forEach((mark, i) => {
    put(mark, named && (!right || !i) ? `${title === "psi" ? "ψ" : title} ${values[i]}` : values[i]);
    mark.title = values[i];
  });
}

// Whether what is on show is still what the boxes say.
function showStale() {
  const stale = gridDrawn && JSON.stringify(planned?.ask) !== JSON.stringify(gridDrawn);
  find(".gc-plate").classList.toggle("gc-stale", Boolean(stale));
  put(find(".gc-draw"), gridDrawn && stale ? "Draw it anew" : "Draw it");
}

for (const side of SIDES) {
  boxesOf[side] = valueBoxes(find(`[data-side=${side}] .gc-values`), (values) => {
    state[`${side}v`] = values;
    axesChanged();
  });
  find(`[data-side=${side}] select`).addEventListener("change", (event) => {
    state[side] = event.target.value;
    state[`${side}v`] = [];
    axesChanged();
  });
}
find(".gc-axes").addEventListener("submit", (event) => {
  event.preventDefault();
  drawGrid();
});
find(".gc-word").addEventListener("input", (event) => {
  state.w = event.target.value.slice(0, 200);
  axesChanged();
});
find(".gc-seed").addEventListener("input", (event) => {
  const seed = seedFrom(event.target.value);
  if (seed === null) return;
  state.s = seed;
  axesChanged();
});
find(".gc-psi").addEventListener("input", (event) => {
  state.psi = Number(event.target.value);
  axesChanged();
});
find(".gc-suggestions").addEventListener("click", (event) => {
  const { word } = event.target.dataset;
  const wrong = find(".gc-suggestions").dataset.word;
  if (!word || !wrong) return;
  state.w = replacedIn(state.w || examplesHere()[0] || "", wrong, word);
  for (const side of SIDES) if (state[side] === "word") state[`${side}v`] = valuesOf(side).map((value) => replacedIn(value, wrong, word));
  axesChanged();
});
find(".gc-save").addEventListener("click", async () => {
  const reply = await server.grid({ ...gridDrawn, tab: `${gridBox}.save`, save: true }).catch(() => null);
  const sides = SIDES.map((side) => gridDrawn[side]).filter(Boolean).join("-by-");
  if (reply?.ok) saveBlob(decoded(reply.png), fileName(`grid ${sides}`, gridDrawn.s));
  else say(reply?.message ?? "The grid could not be saved; try again.");
});
