// @ts-check
// The Walk tab: its state, its views, and what they share.

import { conditionedOn } from "../shared/web/conditioned.js";
import { announcer, buttonGroup, troubleBox } from "../shared/web/controls.js";
import { finder, setText } from "../shared/web/dom.js";
import { addressBar, openingAddress, page, randomSeed, showDevice } from "../shared/web/page.js";
import { saveButtons } from "../shared/web/save_menu.js";
import { drawnWith, fitStyle } from "../shared/web/style.js";
import { styleMenu } from "../shared/web/style_menu.js";
import { replaceInText } from "../shared/web/parse.js";
import { codesView } from "./codes_grid.js";
import { filmView } from "./film.js";
import { padView } from "./pad.js";
import { FIELDS, FOUND, nameOf, parseState, restoredState, stateFields, stopsWithoutWords, wordOf } from "./state.js";
import { turnView } from "./turn.js";

export { HELP } from "./help.js";

const VIEWS = {
  film: "From each word or picture to the next. With one word alone, through nine random latents.",
  pad: "Drag: the pictures follow, between four words or along two random directions of z.",
  turn: "Mark two groups of pictures that differ in one attribute: the difference of their mean latents is its direction.",
  codes: "All these pictures share their latent: one code grows along the x axis, another along the y axis.",
};
const NO_WORDS = {
  film: "From each picture to the next. With none chosen, through nine random latents.",
  pad: "Drag: the pictures follow, along two random directions of z.",
};
const GARMENTS = { film: ["sneakers", "boots"], pad: ["sneakers", "boots", "dress", "coat"], turn: "boots" };

/** @param {Mount<WalkServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const root = find(".gx-walk");
  const state = parseState(openingAddress());
  let usual = { stops: null, corners: null, w: "" }; // what to begin with, as the generator's examples say
  let carried = new URLSearchParams(location.search).get("tab") === "walk" ? null : page.common.w; // from another tab
  const remember = addressBar("walk", { fields: FIELDS, present, restore, shared });
  const trouble = troubleBox(root, replaceWord);
  const showSlow = (isSlow) => root.classList.toggle("gx-slow", isSlow);
  const announce = announcer(find(".gx-status"));

  function refused(reply) {
    trouble.show(reply, root.querySelectorAll(".gx-view:not([hidden]) .gx-box"));
  }

  const grids = {}; // by view: the tiles on show

  function showDrawn(reply) {
    grids[state.view] = reply;
    trouble.hide();
    root.dataset.state = "drawn";
    showDevice(reply);
  }

  // --- the views -----------------------------------------------------------------------------------------------------

  const pressed = {
    view: buttonGroup(find(".gx-views"), (view) => set({ view })),
    over: buttonGroup(find(".gx-over"), (over) => set({ over })),
    way: buttonGroup(find(".gx-way"), (way) => set({ way })),
    n: buttonGroup(find(".gx-count"), (n) => set({ n })),
    frames: buttonGroup(find(".gx-frames"), (frames) => set({ frames })),
    kind: buttonGroup(find(".gx-kind"), (kind) => set({ kind })),
  };

  /** @type {Walk} */
  const walk = { find, root, server, state, set, changed, remember, showDrawn, refused, showSlow, announce, showKind: pressed.kind, drawnNow };
  const [film, pad, turn, codes] = [filmView(walk), padView(walk), turnView(walk), codesView(walk)];

  const showStyle = styleMenu(find(".gx-style-of"), (style) => set({ style }));
  const showConditioning = conditionedOn(root, state, changed);

  function drawnNow() {
    return drawnWith(state, page);
  }

  function set(fields) {
    Object.assign(state, fields);
    changed();
  }

  for (const button of root.querySelectorAll(".gx-view .gx-shuffle")) button.addEventListener("click", () => set({ s: randomSeed() }));

  function changed() {
    root.dataset.view = state.view;
    setText(find(".gx-what"), (page.ignoresWords && NO_WORDS[state.view]) || VIEWS[state.view]);
    showConditioning();
    if (state.view === "codes") find(".gx-of-codes").hidden = true; // the view has its own
    find(".gx-views [data-value=codes]").hidden = !page.offer?.codes.length;
    for (const view of root.querySelectorAll(".gx-view")) view.hidden = view.dataset.of !== state.view;
    pressed.view(state.view);
    showStyle(state.style, state.view !== "codes");
    trouble.hide();
    if (state.view === "film") {
      find(".gx-over").parentElement.hidden = page.ignoresWords;
      const allowed = film.overChoices();
      const usual = allowed.includes("z") || allowed.length === 1 ? "both" : "words";
      pressed.over(allowed.includes(state.over) ? state.over : usual);
      for (const button of find(".gx-over").children) button.disabled = !allowed.includes(button.dataset.value);
      for (const name of ["way", "frames"]) pressed[name](state[name]);
      const pictured = allowed.includes("z"); // chosen pictures walk alone
      pressed.n(pictured ? "1" : state.n);
      for (const button of find(".gx-count").children) button.disabled = pictured;
      find(".gx-loop").checked = state.loop;
      film.show();
    }
    if (state.view === "pad") pad.show();
    if (state.view === "turn") turn.show();
    if (state.view === "codes") codes.show();
    remember();
  }

  // The word that no generator knows, in the view where it was typed.
  function replaceWord(word, other, kind) {
    if (!word) return;
    if (kind === "style") {
      state.style = replaceInText(state.style, word, other);
      state.stopStyles = state.stopStyles.map((style) => replaceInText(style, word, other));
    } else if (state.view === "film") state.stops = state.stops.map((stop) => (FOUND.test(stop) ? stop : replaceInText(stop, word, other)));
    else if (state.view === "pad" && pad.kind() === "words") state.corners = state.corners.map((corner) => replaceInText(corner, word, other));
    else state.w = replaceInText(state.w, word, other);
    changed();
  }

  // --- keeping and opening -------------------------------------------------------------------------------------------

  for (const button of root.querySelectorAll("[data-save]")) {
    const saved = {
      pad: () => [server.live, pad.request(), pad.kind() === "words" ? `pad-${state.corners.join("-")}` : `${page.subject(state.w)}-pad`, pad.kind() === "words" ? state.corners.join(" / ") : ""],
      turn: () => [server.live, turn.request(), `${page.subject(state.w)}-turned`],
      codes: () => [server.codes, codes.request(), `codes-${codes.growingCodes().filter(Boolean).join("-")}`, "codes"],
    }[button.dataset.save];
    saveButtons(button, () => {
      if (state.view !== button.dataset.save || root.dataset.state !== "drawn") return null;
      const [draw, request, word, title] = saved();
      return { draw, request, title, word, seed: state.s, grid: grids[state.view] };
    }, { refused, say: announce });
  }

  function present() {
    return stateFields(page.ignoresWords ? { ...state, corners: null } : state);
  }

  function restore(search, taken) {
    Object.assign(state, restoredState(search, taken));
    if (taken.includes("w")) carry(new URLSearchParams(search).get("w"));
    film.restored();
    if (page.menu) begin();
  }

  // The word that came along from another tab is where a walk begins, unless that is a picture.
  function carry(word) {
    if (!word || page.ignoresWords) return;
    state.w = word;
    const [first, ...rest] = state.stops ?? usual.stops ?? [];
    if (first === undefined || wordOf(first) !== first) return;
    const others = rest.length === 1 && rest[0] === word ? [first] : rest; // a walk from a word to itself shows nothing
    state.stops = [word, ...others];
  }

  function shared() {
    const { s, psi, style, wt, k } = state;
    const first = state.stops === usual.stops ? null : state.stops?.[0];
    const stop = first && wordOf(first) === first ? first : null;
    const w = state.view === "film" ? stop : state.w === usual.w ? null : state.w;
    return { w: page.ignoresWords ? null : w || null, s, psi, style, wt: wt ?? "", k: k.join(",") };
  }

  // Words to begin with: those that this generator knows, where the address named none.
  function begin() {
    const examples = page.examples;
    const garments = examples.includes("slipper");
    const plain = examples.filter((word) => !/[+*]/.test(word));
    const some = (count) => Array.from({ length: count }, (_, i) => plain[i % plain.length] ?? "");
    if (state.view === "codes" && !page.offer?.codes.length) state.view = "film";
    const next = garments
        ? { stops: GARMENTS.film, corners: GARMENTS.pad, w: GARMENTS.turn }
        : { stops: some(2), corners: some(4), w: some(1)[0] };
    if (page.ignoresWords) [state.stops, state.w] = [stopsWithoutWords(state.stops ?? []), ""];
    else if (state.stops?.every((stop) => !nameOf(stop))) state.stops = null;
    for (const [name, value] of Object.entries(page.ignoresWords ? { corners: next.corners } : next)) {
      if (!state[name] || state[name] === usual[name]) state[name] = value;
    }
    usual = next;
    carry(carried);
    carried = null;
    changed();
  }

  film.showPace();
  page.follow("menu", () => begin());
  page.addEventListener("generator", () => {
    state.style = fitStyle(state.style, page.offer);
    state.stopStyles = state.stopStyles.map((style) => fitStyle(style, page.offer));
    film.forgetOwn();
    if (page.menu) begin();
  });
}
