// @ts-check
// The Inside tab: one word and its noise above, below them a part for each question. Here is what the parts share: the
// state, the present pictures (as they are, and changed), and the long work, one at a time.

import { conditionedOn } from "../shared/web/conditioned.js";
import { createNode, ensureChildren, fillTrack, finder, setLabel, setText, showChips } from "../shared/web/dom.js";
import { seedBox } from "../shared/web/invalid.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { addressBar, beginningWord, newMailbox, openingAddress, page, randomSeed, showDevice } from "../shared/web/page.js";
import { replaceInText } from "../shared/web/parse.js";
import { saveButtons } from "../shared/web/save_menu.js";
import { drawnWith, fitStyle } from "../shared/web/style.js";
import { styleMenu } from "../shared/web/style_menu.js";
import { tileImage } from "../shared/web/tile_image.js";
import { taskRunner } from "../shared/web/tasks.js";
import { directionsPart } from "./directions.js";
import { discriminatorPart } from "./discriminator.js";
import { inversionPart } from "./inversion.js";
import { neighboursPart } from "./neighbours.js";
import { FIELDS, parseEdits, parseState, stateFields } from "./state.js";
import { tradeoffPart } from "./tradeoff.js";
import { unitsPart } from "./units.js";

export { HELP } from "./help.js";

const REST = 500; // milliseconds without a key press after which it is said why a text cannot be drawn

/** @param {Mount<InsideServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const root = find(".gi");
  const word = find(".gi-word");
  const [mailbox, changedMailbox, taskMailbox] = [newMailbox(), newMailbox(), newMailbox()];
  const state = parseState(openingAddress());
  const begin = beginningWord(state);
  const given = parseEdits(location.search);
  const remember = addressBar("inside", { fields: FIELDS, present: presentFields, restore, shared });
  const tasks = taskRunner({ tab: taskMailbox, begin: server.begin, look: server.look, stop: server.cancel });

  let shown = null; // { reply, request } of the present pictures
  let opened = 0; // the tile that the parts look at
  let resting = null;
  let trouble = null;
  const edits = { off: [], mean: false, push: [], region: null }; // what the changed pictures have beside the word

  function presentFields() {
    return stateFields(page.ignoresWords ? { ...state, w: "" } : state, Object.keys(parts)[0], { ...edits, push: parts.axes.moved() });
  }

  function restore(search) {
    const { layer, w } = state;
    Object.assign(state, parseState(search), page.ignoresWords && { w }); // of which this address says nothing
    Object.assign(given, parseEdits(search));
    if (state.part && state.part !== "units") state.layer = layer; // of which this address says nothing
    word.value = state.w;
    if (state.part === "axes") parts.axes.restore(given.push);
    else if (!state.part || state.part === "units") parts.units.restore();
    showPart(state.part);
    redraw();
  }

  function shared() {
    const { w, s, psi, style, wt, k } = state;
    return { w: page.ignoresWords ? null : w || null, s, psi, style, wt: wt ?? "", k: k.join(",") };
  }

  function requestNow(box = mailbox) {
    return { tab: box, w: page.ignoresWords ? "" : state.w, s: state.s, ...drawnWith(state, page), c: page.generator };
  }

  function changedRequest() {
    /** @type {any} */
    const request = { ...requestNow(changedMailbox), off: edits.off, mean: edits.mean, push: edits.push };
    if (edits.region && edits.off.length) request.region = edits.region;
    return request;
  }

  const before = livePicture({ canvas: find(".gi-before .gx-canvas"), draw: server.draw, painted, refused, waiting });
  const after = livePicture({
    canvas: find(".gi-after .gx-canvas"),
    draw: server.draw,
    painted(reply) {
      reply.bitmap.close();
      parts[state.part].changed?.(reply);
    },
    refused(reply) {
      if (reply.kind !== "unknown" && reply.message !== trouble?.message) announce(reply.message);
    },
    waiting() {},
  });

  function painted(reply, request) {
    const others = JSON.stringify(shown?.request) !== JSON.stringify(request);
    shown?.reply.bitmap.close();
    shown = { reply, request: others ? request : shown.request }; // the parts tell pictures apart by their request
    root.dataset.state = "drawn";
    if (isPresent(request)) {
      trouble = null;
      showTrouble();
    }
    showDevice(reply);
    fitTiles(reply, page.subject(request.w));
    setLabel(find(".gi-before .gx-canvas"), `${reply.count} pictures of ${page.subject(request.w)}`);
    if (others) parts[state.part].fresh?.();
  }

  // Whether what was asked for is still what the boxes say.
  function isPresent(request) {
    const present = requestNow();
    return request.w === present.w && request.style === present.style;
  }

  function refused(reply, request) {
    if (!isPresent(request) && reply.kind !== "gone") return;
    trouble = reply;
    if (find(".gi-status").textContent === reply.message) announce(""); // once is enough
    clearTimeout(resting);
    resting = setTimeout(showTrouble, REST);
  }

  function showTrouble() {
    clearTimeout(resting);
    find(".gi-trouble").hidden = !trouble;
    root.classList.toggle("gx-in-trouble", Boolean(trouble));
    word.setAttribute("aria-invalid", String(Boolean(trouble) && trouble?.kind !== "style"));
    setText(find(".gi-trouble .gx-sentence"), trouble?.message ?? "");
    showChips(find(".gi-suggestions"), trouble?.suggestions ?? [], "Draw");
    if (trouble && !shown) root.dataset.state = "empty";
  }

  function waiting(isSlow) {
    root.classList.toggle("gx-slow", isSlow);
  }

  function announce(text) {
    setText(find(".gi-status"), text);
  }

  // Draw both grids anew: the word, its noise or the generator is another one.
  function redraw() {
    showControls();
    remember();
    if (!hasSubject()) return refused({ kind: "empty", message: "Type a word to see pictures of it." }, requestNow());
    before.update(requestNow());
    change();
  }

  function hasSubject() {
    return page.ignoresWords || Boolean(state.w.trim());
  }

  // Draw the changed grid anew.
  function change() {
    announce("");
    if (hasSubject() && parts[state.part].pair) after.update(changedRequest());
  }

  function showControls() {
    showSeed(state.s);
    const psi = find(".gi-psi");
    psi.value = state.psi;
    fillTrack(psi);
    setText(find(".gi-psi-out"), state.psi.toFixed(2));
    showStyle(state.style);
    showConditioning();
    const labels = page.offer?.conditioning === "label" ? page.offer.labels : [];
    find(".gi-labels").hidden = !labels.length || Boolean(parts[state.part]?.wordless);
    showChips(find(".gi-labels"), labels, "Draw");
  }

  // --- the tiles -----------------------------------------------------------------------------------------------------

  const layer = find(".gi-before .gx-tiles");

  /** @type {Inside} */
  const inside = {
    ...{ find, root, server, state, edits, tasks, mailbox, taskMailbox, tiles: layer, requestNow, change, remember, announce },
    get shown() {
      return shown;
    },
    get opened() {
      return opened;
    },
  };
  /** @type {Record<string, any>} */
  const parts = {
    units: unitsPart(inside),
    axes: directionsPart(inside, given.push),
    near: neighboursPart(inside),
    find: inversionPart(inside),
    critic: discriminatorPart(inside),
    curve: tradeoffPart(inside),
  };

  const showImage = tileImage(layer);

  function fitTiles(reply, text) {
    showImage(reply);
    layer.style.gridTemplateColumns = `repeat(${reply.columns}, 1fr)`;
    const buttons = ensureChildren(layer, reply.count, () => {
      const button = createNode("button", "gx-tile");
      button.type = "button";
      return button;
    });
    opened = Math.min(opened, reply.count - 1);
    buttons.forEach((button, i) => {
      setLabel(button, `Look at picture ${i + 1} of ${text}`);
      button.ariaPressed = String(i === opened);
      button.tabIndex = i === opened ? 0 : -1;
    });
  }

  function openTile(index) {
    if (!shown || index < 0 || index >= shown.reply.count) return;
    opened = index;
    fitTiles(shown.reply, page.subject(shown.request.w));
    parts[state.part].opened?.();
  }

  layer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) openTile([...layer.children].indexOf(button));
  });
  layer.addEventListener("keydown", (event) => {
    const columns = shown?.reply.columns ?? 1;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step) return;
    event.preventDefault();
    openTile(opened + step);
    layer.children[opened]?.focus();
  });

  // --- words and noise -----------------------------------------------------------------------------------------------

  word.addEventListener("input", () => {
    state.w = word.value;
    redraw();
  });
  find(".gi-ask").addEventListener("submit", (event) => {
    event.preventDefault();
    showTrouble();
  });
  find(".gi-suggestions").addEventListener("click", (event) => {
    const chip = event.target.closest("[data-word]");
    if (!chip || !trouble) return;
    const { kind, word: unknown = "", position = 0 } = trouble;
    if (kind === "style") return setStyle(replaceInText(state.style, unknown, chip.dataset.word));
    const typed = state.w.slice(position, position + unknown.length);
    const fits = unknown && typed.toLowerCase() === unknown.toLowerCase();
    state.w = fits ? state.w.slice(0, position) + chip.dataset.word + state.w.slice(position + unknown.length) : chip.dataset.word;
    word.value = state.w;
    redraw();
  });
  const showSeed = seedBox(find(".gx-seed"), (seed) => {
    state.s = seed;
    redraw();
  });
  find(".gi-shuffle").addEventListener("click", () => {
    state.s = randomSeed();
    redraw();
  });
  find(".gi-psi").addEventListener("input", (event) => {
    state.psi = Number(event.target.value);
    redraw();
    parts[state.part].psi?.();
  });
  find(".gi-labels").addEventListener("click", (event) => {
    const { word: label } = event.target.dataset;
    if (label) [state.w, word.value] = [label, label];
    if (label) redraw();
  });
  const showConditioning = conditionedOn(root, state, redraw);
  const showStyle = styleMenu(find(".gx-style-of"), setStyle);
  function setStyle(style) {
    state.style = style;
    for (const part of Object.values(parts)) part.restyled?.();
    redraw();
    parts[state.part].show?.();
  }
  page.addEventListener("menu", () => {
    showStyle(state.style);
    if (state.style && !page.styles.length) redraw(); // the address had a style, and this generator has none
  });
  function savedRequest() {
    const { region, ...request } = changedRequest();
    return request;
  }
  saveButtons(find(".gi-download"), () => shown && { draw: server.draw, request: savedRequest(), word: `${page.subject(state.w)}-${state.part}`, seed: state.s, grid: shown.reply }, {
    refused: ({ message }) => announce(message),
    say: announce,
  });

  // --- the parts -----------------------------------------------------------------------------------------------------

  function showPart(name) {
    state.part = Object.hasOwn(parts, name) ? name : Object.keys(parts)[0];
    root.dataset.part = state.part;
    for (const button of find(".gi-parts").children) button.ariaPressed = String(button.dataset.part === state.part);
    const tabs = find(".gi-parts");
    const chosen = tabs.querySelector("[aria-pressed=true]"); // on a phone the row is wider than the page
    tabs.scrollLeft = chosen.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - chosen.offsetWidth) / 2;
    for (const node of root.querySelectorAll("[data-in]")) node.hidden = !node.dataset.in.split(" ").includes(state.part);
    setText(find(".gi-lead"), parts[state.part].lead);
    find(".gi-ask").hidden = find(".gx-instead").hidden = Boolean(parts[state.part].wordless);
    const off = given.off.splice(0); // once
    edits.off = state.part === "units" ? off : [];
    edits.mean = given.mean && edits.off.length > 0;
    given.mean = false; // once, too
    edits.push = [];
    parts[state.part].show?.();
    if (shown) parts[state.part].fresh?.();
    remember();
    change();
  }

  find(".gi-parts").addEventListener("click", (event) => {
    if (event.target.dataset.part) showPart(event.target.dataset.part);
  });

  for (const [name, { title }] of Object.entries(parts)) {
    const button = createNode("button", "", title);
    button.type = "button";
    button.dataset.part = name;
    find(".gi-parts").append(button);
  }
  function beginAnew() {
    begin();
    word.value = state.w;
  }

  beginAnew();
  showPart(state.part);
  if (!page.menu) page.addEventListener("menu", () => [beginAnew(), redraw()], { once: true });
  page.follow("sought", (file) => {
    page.sought = null;
    showPart("find");
    parts.find.load(file);
  });
  page.addEventListener("generator", () => {
    beginAnew();
    tasks.cancel(); // it was of another generator
    for (const part of Object.values(parts)) part.forget?.();
    state.style = fitStyle(state.style, page.offer);
    shown = null;
    root.dataset.state = "loading";
    redraw();
    parts[state.part].show?.();
  });
  redraw();
}
