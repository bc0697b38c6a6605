// @ts-check
// The Translate tab: its state, a picture that is translated while it is drawn, and a sheet to take pictures from.

import { announcer, buttonGroup } from "../shared/web/controls.js";
import { createNode, fillTrack, finder, setLabel, setText } from "../shared/web/dom.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { addressBar, newMailbox, openingAddress, page, randomSeed, showDevice } from "../shared/web/page.js";
import { paper as drawingPaper } from "../shared/web/paper.js";
import { saveButtons } from "../shared/web/save_menu.js";
import { translationSheet } from "./sheet.js";
import { FIELDS, parseState, stateFields } from "./state.js";

export { HELP } from "./help.js";

/** @param {Mount<TranslateServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const root = find(".gs");
  const mailbox = newMailbox();
  const state = parseState(openingAddress());
  const remember = addressBar("translate", { fields: FIELDS, present: () => stateFields(state), restore });
  const announce = announcer(find(".gx-status"));
  /** @type {any} */
  let last = null; // the last reply
  let given = 0; // how many pictures were given
  /** @type {boolean | null} */
  let onPaper = null; // whether what waits on the paper was drawn by hand; null: nothing waits
  let isReading = false; // the paper is being read
  let newest = state.picture; // the last of them

  const screen = livePicture({
    canvas: find(".gs-screen"),
    draw: server.live,
    painted,
    refused,
    waiting: (isSlow) => root.classList.toggle("gx-slow", isSlow),
  });
  const paper = drawingPaper({
    find,
    announce: sayTrouble,
    isShown: () => page.tab === "translate",
    ink: () => (offer()?.channels === 3 ? find(".gs-ink").value : "#111"),
    changed: takePaper,
  });
  const sheet = translationSheet({ find, server, mailbox, state, take, domains, isIdle: () => !state.picture && !given });
  const showWay = buttonGroup(find(".gs-way"), (way) => set({ way }, true));

  /** What the menu says of the chosen translator. @returns {any} */
  function offer() {
    const every = page.menu?.translators ?? [];
    return every.find(({ name }) => name === state.by) ?? (state.by ? undefined : every[0]);
  }

  /** The two sets, in the order of the way. @returns {string[]} */
  function domains() {
    const [a, b] = offer()?.labels ?? ["one", "the other"];
    return state.way === "back" ? [b, a] : [a, b];
  }

  // --- the picture ---------------------------------------------------------------------------------------------------

  function request(more = {}) {
    const fields = { tab: mailbox, c: state.by || offer()?.name, picture: state.picture, way: state.way };
    return { ...fields, ...(state.strength === 1 ? {} : { strength: state.strength }), ...more };
  }

  function draw() {
    if (state.picture) screen.update(request());
  }

  /** Translate a picture, base64 of a PNG. @param {string} picture @param {any} [shown] the same, to lay on the paper */
  function take(picture, shown) {
    given += 1;
    onPaper = null;
    state.picture = newest = picture;
    if (shown) paper.show(shown);
    draw();
    remember();
  }

  /** Translate what is on the paper, which may change while it is read. @param {boolean} isDrawn by hand: it stays where it is */
  async function takePaper(isDrawn) {
    given += 1;
    onPaper = isDrawn;
    if (isReading) return;
    isReading = true;
    while (onPaper !== null) {
      const drawn = onPaper ? { drawn: true } : {};
      onPaper = null;
      const before = newest;
      const picture = await paper.picture();
      if (!picture || newest !== before) continue; // another was chosen meanwhile
      newest = picture;
      screen.update(request({ picture, ...drawn }));
    }
    isReading = false;
  }

  function painted(reply, asked) {
    last?.bitmap.close();
    last = reply;
    if (asked.picture === newest && state.picture !== reply.picture) {
      state.picture = newest = reply.picture; // as the translator was given it
      remember();
    }
    root.dataset.state = "drawn";
    const [from, to] = domains();
    const captions = find(".gs-captions").children;
    [from, `as ${to}`, "and back"].forEach((text, i) => setText(captions[i], text));
    setLabel(find(".gs-screen"), `A picture of ${from}, the same as ${to}, and what comes back`);
    const notes = reply.notes.length ? ` ${reply.notes.join(" ")}` : "";
    setText(find(".gs-say"), `The translation differs from it by ${reply.change.toFixed(1)} of 255 grey levels a pixel; what comes back, by ${reply.error.toFixed(1)}.${notes}`);
    sayTrouble("");
    showDevice(reply);
    announce(`Translated from ${from} to ${to}.`);
    saves.show();
  }

  function refused(reply) {
    if (root.dataset.state === "loading") root.dataset.state = "empty";
    sayTrouble(reply.message);
  }

  function sayTrouble(text) {
    setText(find(".gs-trouble"), text);
    find(".gs-trouble").hidden = !text;
    if (text) announce(text);
  }

  // --- controls ------------------------------------------------------------------------------------------------------

  function set(fields, isOtherSheet = false) {
    Object.assign(state, fields);
    show();
    draw();
    if (isOtherSheet) sheet.draw();
    remember();
  }

  function show() {
    const every = page.menu?.translators ?? [];
    find(".gs-none").hidden = every.length > 0;
    find(".gs-all").hidden = !every.length;
    const menu = find(".gs-by");
    const names = every.map(({ name }) => name);
    if (state.by && !names.includes(state.by)) names.push(state.by);
    if (names.join("/") !== [...menu.options].map(({ value }) => value).join("/")) menu.replaceChildren(...names.map((name) => Object.assign(createNode("option", "", name), { value: name })));
    menu.value = state.by || names[0] || "";
    const [a, b] = offer()?.labels ?? ["one", "the other"];
    const ways = find(".gs-way").children;
    setText(ways[0], `${a} → ${b}`);
    setText(ways[1], `${b} → ${a}`);
    showWay(state.way);
    setText(find(".gs-learned"), offer()?.learned ?? "");
    find(".gs-ink").hidden = offer()?.channels !== 3;
    const range = find(".gs-strength");
    range.value = String(state.strength);
    setText(find(".gs-strength-out"), state.strength.toFixed(2));
    fillTrack(range);
    sheet.show();
  }

  find(".gs-by").addEventListener("change", (event) => {
    given = 0; // another translator begins with a picture of its own
    set({ by: event.target.value, picture: "" }, true);
  });
  find(".gs-strength").addEventListener("input", (event) => set({ strength: Number(event.target.value) }));
  find(".gs-shuffle").addEventListener("click", () => {
    state.row = randomSeed();
    sheet.draw();
    remember();
  });
  buttonGroup(find(".gs-kind"), (kind) => {
    state.kind = kind;
    sheet.draw();
    remember();
  });
  const saves = saveButtons(find(".gs-save"), () => {
    if (!last) return null;
    const [from, to] = domains();
    const title = `${from} as ${to}`;
    return { draw: server.live, request: request(), title, word: title, seed: "0", grid: last };
  }, { refused, say: announce });

  // --- opening -------------------------------------------------------------------------------------------------------

  function restore(search) {
    const before = { ...state };
    Object.assign(state, parseState(search));
    newest = state.picture;
    if (!page.menu) return;
    show();
    if (before.picture !== state.picture) showOnPaper();
    draw();
    if (["by", "way", "kind", "row"].some((name) => before[name] !== state[name])) sheet.draw();
  }

  async function showOnPaper() {
    if (!state.picture) return;
    const picture = new Image();
    picture.src = `data:image/png;base64,${state.picture}`;
    await picture.decode().catch(() => null);
    if (picture.width) paper.show(picture);
  }

  page.follow("menu", () => {
    show();
    if (!page.menu?.translators.length) return;
    showOnPaper();
    draw();
    sheet.draw();
  });
  // What Explore draws may be another word by now.
  for (const name of /** @type {PageField[]} */ (["tab", "generator"])) {
    page.addEventListener(name, () => page.menu && page.tab === "translate" && state.kind === "explore" && sheet.draw());
  }
  page.follow("given", (/** @type {Blob | null} */ file) => {
    page.given = null;
    if (file) paper.load(file);
  });
}
