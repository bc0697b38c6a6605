// @ts-check
// The grid over two settings: its size is shown before it is drawn; a small one is drawn by itself when the view is opened.

import { createNode, ensureChildren, fillTrack, GONE, setLabel, setText, showChips } from "../shared/web/dom.js";
import { seedBox } from "../shared/web/invalid.js";
import { decodeBlob, paintTiles } from "../shared/web/live_canvas.js";
import { newMailbox, openExplore, page } from "../shared/web/page.js";
import { replaceInText } from "../shared/web/parse.js";
import { saveButtons } from "../shared/web/save_menu.js";
import { drawnWith, EACH, OPEN } from "../shared/web/style.js";
import { styleMenu } from "../shared/web/style_menu.js";
import { tileButtons } from "../shared/web/tiles.js";
import { gridAxes } from "./grid_axes.js";
import { SIDES } from "./state.js";

const BY_ITSELF = 64; // pictures
const PLAN_REST = 250; // milliseconds

function pace(seconds) {
  if (seconds === null) return "";
  return seconds < 0.95 ? ", less than a second" : `, about ${Math.round(seconds)} s`;
}

/** @param {Compare} compare */
export function gridView(compare) {
  const { find, root, server, state, remember, announce } = compare;
  const axes = gridAxes(compare, axesChanged);
  const [planMailbox, gridMailbox] = [newMailbox(), newMailbox()];
  const boxesOf = {};
  let planned = null; // the last plan, and the request it is of
  let planAsked = 0;
  let planResting = null;
  let gridDrawn = null; // the request of the grid on show
  let gridReply = null; // and its reply
  let drawing = 0;
  let opened = false;

  function gridRequest() {
    const { style, ...drawn } = drawnWith(state, page);
    /** @type {any} */
    const request = { c: page.generator, w: state.w || page.examples[0] || "", s: state.s, ...drawn };
    if (style && style !== EACH) request.style = style; // a picture of a grid has one style
    for (const side of SIDES) if (state[side]) Object.assign(request, { [side]: state[side], [`${side}v`]: axes.valuesOf(side) });
    return request;
  }

  function axesChanged() {
    for (const side of SIDES) {
      const select = find(`[data-side=${side}] select`);
      const other = state[SIDES.find((it) => it !== side)];
      const kinds = [...(side === "y" ? [["", "nothing: one row"]] : []), ...Object.entries(axes.KINDS).map(([kind, { title }]) => [kind, title])];
      ensureChildren(select, kinds.length, () => createNode("option")).forEach((option, i) => {
        [option.value, option.disabled] = [kinds[i][0], kinds[i][0] !== "" && kinds[i][0] === other];
        option.hidden = kinds[i][0] === "style" && !page.styles.length && state[side] !== "style";
        setText(option, kinds[i][1]);
      });
      select.value = state[side];
      boxesOf[side](state[side], axes.valuesOf(side));
    }
    const grows = SIDES.map((side) => state[side]);
    for (const fixed of root.querySelectorAll("[data-fixed]")) fixed.hidden = grows.includes(fixed.dataset.fixed);
    if (page.ignoresWords && !grows.includes("checkpoint")) find("[data-fixed=word]").hidden = true;
    showStyle(state.style === EACH ? "" : state.style, !grows.includes("style"));
    if (document.activeElement !== find(".gc-word")) find(".gc-word").value = state.w || page.examples[0] || "";
    showSeed(state.s);
    find(".gc-psi").value = state.psi;
    fillTrack(find(".gc-psi"));
    setText(find(".gc-psi-out"), state.psi.toFixed(2));
    setText(find(".gc-generator"), page.generator || page.menu?.default || "");
    const unused = grows.includes("word") && !grows.includes("checkpoint") && page.ignoresWords;
    setText(find(".gc-note"), unused ? `${page.offer.name} is not conditioned on words: its pictures will be the same for all of them.` : "");
    remember();
    axes.loadEpochs();
    planSoon();
  }

  function planSoon() {
    clearTimeout(planResting);
    planResting = setTimeout(plan, PLAN_REST);
  }

  async function plan() {
    if (!page.menu || (SIDES.some((side) => state[side] === "epoch") && !axes.areEpochsKnown())) return;
    const mine = ++planAsked;
    const request = gridRequest();
    const reply = await server.plan({ ...request, tab: planMailbox }).catch(() => null);
    if (mine !== planAsked) return;
    planned = reply?.ok ? { ...reply, request } : null;
    refuse(reply?.ok ? null : (reply ?? { message: GONE }));
    if (planned) setText(find(".gc-size"), `${planned.size.replaceAll(" x ", " × ")}${pace(planned.seconds)}`);
    find(".gc-draw").disabled = !planned;
    if (planned && !opened && planned.count <= BY_ITSELF) drawGrid();
    opened = true;
    showStale();
  }

  function refuse(reply) {
    find(".gc-size").classList.toggle("gc-warned", Boolean(reply));
    if (reply) setText(find(".gc-size"), reply.message);
    showChips(find(".gc-suggestions"), reply?.suggestions ?? [], "Write");
    Object.assign(find(".gc-suggestions").dataset, { word: reply?.word ?? "", kind: reply?.kind ?? "" });
  }

  async function drawGrid() {
    if (!planned) return;
    const { request } = planned;
    const mine = ++drawing;
    root.classList.add("gx-slow");
    const reply = await server.grid({ ...request, tab: gridMailbox }).catch(() => null);
    if (mine !== drawing) return;
    root.classList.remove("gx-slow");
    if (!reply?.ok) return refuse(reply?.kind && reply.message ? reply : { message: "The grid could not be drawn just now; try again." });
    const bitmap = await createImageBitmap(decodeBlob(reply.png));
    find(".gc-plate").hidden = find(".gc-save").hidden = false;
    paintTiles(find(".gc-screen"), bitmap, reply);
    bitmap.close();
    [gridDrawn, gridReply] = [request, reply];
    showMarks(find(".gc-across"), reply.across, true);
    showMarks(find(".gc-down"), reply.down ?? ["", []], false);
    const [columns, rows] = [reply.columns, reply.count / reply.columns];
    find(".gc-plate").style.setProperty("--columns", columns);
    find(".gc-plate").style.setProperty("--wide", `${columns * Math.max(48, Math.min(112, Math.round(900 / Math.max(columns, rows))))}px`);
    setLabel(find(".gc-screen"), `${reply.size}: ${reply.across[0]} along the x axis${reply.down ? `, ${reply.down[0]} along the y axis` : ""}`);
    const openable = !gridKinds().includes("epoch"); // what Explore offers of a training is its last save
    find(".gc-tiles").hidden = find(".gc-tip").hidden = !openable;
    if (openable) fitGridTiles(reply, "", () => false);
    [...find(".gc-tiles").children].forEach((button, i) => setLabel(button, `${Object.values(valuesAt(i)).join(", ")}: open in Explore`));
    planSoon(); // by now it is known how long such a grid takes
    find(".gc-screen").dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: { request } }));
  }

  function gridKinds() {
    return SIDES.map((side) => gridDrawn[side]).filter(Boolean);
  }

  // What grows at a place of the grid on show: { psi: "0.5", word: "boots" }.
  function valuesAt(place) {
    const { columns, across, down } = gridReply;
    const values = [across[1][place % columns], down?.[1][Math.floor(place / columns)]];
    return Object.fromEntries(gridKinds().map((kind, i) => [kind, values[i]]));
  }

  const { fit: fitGridTiles } = tileButtons(find(".gc-tiles"), (place) => {
    const values = valuesAt(place);
    const seed = (values.seed ?? gridDrawn.s).replaceAll(",", "");
    const generator = values.checkpoint ?? gridDrawn.c;
    const style = values.style ?? gridDrawn.style ?? "";
    const more = { ...(style && { style }), ...(gridDrawn.wt !== undefined && { wt: gridDrawn.wt }) };
    openExplore({ w: values.word ?? gridDrawn.w, s: seed, psi: values.psi ?? gridDrawn.psi, ...more, z: `${seed}.0`, c: generator });
  });

  function showMarks(side, [title, values], right) {
    const named = ["psi", "seed", "kimg"].includes(title);
    ensureChildren(side, values.length, () => createNode("span")).forEach((mark, i) => {
      setText(mark, named && (!right || !i) ? `${title === "psi" ? "ψ" : title} ${values[i]}` : values[i]);
      mark.title = values[i];
    });
  }

  // Whether what is on show is still what the boxes say.
  function showStale() {
    const stale = gridDrawn && JSON.stringify(planned?.request) !== JSON.stringify(gridDrawn);
    find(".gc-plate").classList.toggle("gc-stale", Boolean(stale));
    find(".gc-save").disabled = Boolean(stale); // it would be saved under what the boxes say
    find(".gc-save").title = stale ? "These pictures are no longer what the boxes say: draw them anew first" : "";
    saves.show();
    setText(find(".gc-draw"), gridDrawn && stale ? "Draw it anew" : "Draw it");
  }

  for (const side of SIDES) {
    boxesOf[side] = axes.valueBoxes(find(`[data-side=${side}] .gc-values`), (values) => {
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
  const showSeed = seedBox(find(".gc-seed"), (seed) => {
    state.s = seed;
    axesChanged();
  });
  const showStyle = styleMenu(find(".gx-style-of"), (style) => {
    state.style = style;
    axesChanged();
  }, [["", OPEN]]);
  find(".gc-psi").addEventListener("input", (event) => {
    state.psi = Number(event.target.value);
    axesChanged();
  });
  find(".gc-suggestions").addEventListener("click", (event) => {
    const { word } = event.target.dataset;
    const { word: wrong, kind } = find(".gc-suggestions").dataset;
    if (!word || !wrong) return;
    const grown = kind === "style" ? "style" : "word";
    if (kind === "style") state.style = replaceInText(state.style, wrong, word);
    else state.w = replaceInText(state.w || page.examples[0] || "", wrong, word);
    for (const side of SIDES) if (state[side] === grown) state[`${side}v`] = axes.valuesOf(side).map((value) => replaceInText(value, wrong, word));
    axesChanged();
  });
  const saves = saveButtons(find(".gc-save"), () => gridDrawn && {
    draw: server.grid,
    request: { ...gridDrawn, tab: gridMailbox },
    title: `${gridDrawn.w}: ${gridKinds().join(" by ")}`,
    word: `grid ${gridKinds().join("-by-")}`,
    seed: gridDrawn.s,
    grid: gridReply,
  }, { refused: ({ message }) => announce(message), say: announce });

  return { show: axesChanged };
}
