// @ts-check
// The Map tab: its state, the map of the chosen generator, and the pictures of the point on it.

import { announcer, buttonGroup, troubleBox } from "../shared/web/controls.js";
import { createNode, finder, GONE, setLabel, setText, showChips } from "../shared/web/dom.js";
import { isLost, livePicture } from "../shared/web/live_canvas.js";
import { addressBar, newMailbox, openAddress, openExplore, openingAddress, page, randomSeed, showDevice } from "../shared/web/page.js";
import { replaceInText } from "../shared/web/parse.js";
import { recentWords } from "../shared/web/recent_words.js";
import { saveButtons } from "../shared/web/save_menu.js";
import { drawnWith, drawnWithFields, fitStyle } from "../shared/web/style.js";
import { styleMenu } from "../shared/web/style_menu.js";
import { waysOn } from "./elsewhere.js";
import { mapPlot } from "./plot.js";
import { FIELDS, parseState, stateFields } from "./state.js";
import { thumbnails } from "./thumbnails.js";

export { HELP } from "./help.js";

const REST = 180; // milliseconds without a key press until a typed word is looked for on the map
const LONG = 700; // milliseconds until it is said that words are being arranged
const OVERDUE = 3000; // milliseconds after which thumbnails no longer wait for a picture
const NEAREST = 8;

/** @param {Mount<MapServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const root = find(".gm");
  const box = find(".gm-typed");
  const mailbox = newMailbox();
  const state = parseState(openingAddress());
  let untouched = !state.w; // the word to begin with is the generator's own
  const remember = addressBar("map", { fields: FIELDS, present, restore, shared });
  const announce = announcer(find(".gx-status"));
  const trouble = troubleBox(root, (word, other, kind) => {
    if (kind === "style") set({ style: replaceInText(state.style, word, other) });
    else type(word ? replaceInText(state.w, word, other) : other);
  });

  /** What the map on show was made of: the fields of requests for its places; null before there is one. @type {any} */
  let arranged = null;
  let typedAt = null; // the place of the typed word
  let last = null; // the last reply of the point's pictures
  let asked = 0; // how many maps
  let drawing = 0; // when a picture was wished for that has not come; 0 for none
  let resting;

  const plot = mapPlot(find(".gm-plot"), {
    moved(at) {
      state.at = at;
      drawPoint();
    },
    zoomed(zoom) {
      state.zoom = zoom;
      remember();
    },
    thumbnail: (word) => pictures.get(word),
    shown(words, all) {
      pictures.want(words);
      setText(find(".gm-count"), all ? `${words.length} of ${all.toLocaleString("en")} words shown as pictures${state.zoom < 8 && words.length < all ? "; zoom in for more" : ""}` : "");
    },
    enter: explore,
    home: () => typedAt && setAt(null),
  });
  const pictures = thumbnails({
    draw: server.thumbnails,
    settings: () => ({ tab: `${mailbox}.thumbnails`, c: page.generator, s: state.s, ...drawnWith(state, page) }),
    isBusy: () => plot.isHeld() || (drawing > 0 && performance.now() - drawing < OVERDUE),
    arrived: () => plot.draw(),
  });
  const picture = livePicture({
    canvas: find(".gm-screen"),
    draw: server.live,
    painted,
    refused(reply) {
      drawing = 0;
      refused(reply);
    },
    waiting: (isSlow) => root.classList.toggle("gx-slow", isSlow),
  });
  const showMethod = buttonGroup(find(".gm-method"), (m) => set({ m, at: null, zoom: 1 }, true));
  const showStyle = styleMenu(find(".gx-style-of"), (style) => set({ style }));

  // --- the map -------------------------------------------------------------------------------------------------------

  function set(fields, isOtherMap = false) {
    Object.assign(state, fields);
    showControls();
    if (isOtherMap) arrange();
    else if (arranged) drawPoint();
    remember();
  }

  function showControls() {
    if (document.activeElement !== box || box.value.slice(0, 200) !== state.w) box.value = state.w;
    showMethod(state.m);
    showStyle(state.style, !page.ignoresWords);
    plot.draw(); // thumbnails in another style or with other noise
  }

  async function arrange() {
    const number = ++asked;
    const recent = recentWords().filter((word) => word !== state.w);
    const request = { c: page.generator, w: state.w.trim(), recent, m: state.m };
    const note = find(".gm-arranging");
    const slow = setTimeout(() => {
      note.hidden = false;
      setText(note, state.m === "tsne" ? "t-SNE is arranging the words: it takes a while, and is then kept." : "Arranging the words");
    }, LONG);
    let reply = null;
    for (let pause = 150; number === asked; pause = Math.min(2000, pause * 1.5)) {
      reply = await server.arrange({ ...request, tab: mailbox }).catch(() => null);
      if (!isLost(reply)) break;
      if (!reply && pause > 1000) break; // the app does not answer
      await new Promise((next) => setTimeout(next, pause));
    }
    clearTimeout(slow);
    if (number !== asked) return;
    note.hidden = true;
    if (!reply?.ok) return refused(reply ?? { message: GONE });
    trouble.hide();
    showWordless("");
    arranged = request;
    typedAt = reply.typed === null ? null : [reply.words[reply.typed][2], reply.words[reply.typed][3]];
    setText(find(".gm-about"), reply.about);
    plot.setWords(reply.words, state.zoom);
    drawPoint(true);
  }

  /** Where the point is. */
  function place() {
    return state.at ?? typedAt ?? [0, 0];
  }

  function drawPoint(byItself = false) {
    if (!arranged) return;
    if (byItself) plot.setPoint(place());
    drawing = performance.now();
    picture.update(placeRequest());
    remember();
  }

  function setAt(at) {
    state.at = at;
    drawPoint(true);
  }

  function placeRequest() {
    const [x, y] = place();
    return { ...arranged, tab: mailbox, s: state.s, ...drawnWith(state, page), x, y };
  }

  function showWordless(sentence) {
    find(".gm-wordless").hidden = !sentence;
    setText(find(".gm-wordless p"), sentence);
    const ways = sentence && page.menu && page.offer ? waysOn(page.menu, page.offer) : [];
    find(".gm-wordless .gx-chips").replaceChildren(
      ...ways.map(([text, address]) => {
        const chip = Object.assign(createNode("button", "gx-chip", text), { type: "button" });
        chip.addEventListener("click", () => openAddress(address));
        return chip;
      }),
    );
    for (const part of [".gm-desk", ".gx-lead"]) find(part).hidden = Boolean(sentence);
    if (sentence) [arranged, last, root.dataset.state] = [null, null, "empty"];
  }

  function refused(reply) {
    if (reply.kind === "wordless") {
      trouble.hide();
      showWordless(reply.message);
      announce(reply.message);
      return;
    }
    trouble.show(reply, [box]);
  }

  // --- the pictures of the point -------------------------------------------------------------------------------------

  function painted(reply, request) {
    const [x, y] = place();
    if (request.x === x && request.y === y) drawing = 0;
    last?.bitmap.close();
    last = reply;
    root.dataset.state = "drawn";
    const near = nearestOf(reply);
    const name = reply.word ?? `near ${near.slice(0, 2).join(" and ")}`;
    setText(find(".gm-here"), reply.word ?? `Between words, nearest to ${near[0]}`);
    showChips(find(".gm-nearest"), near.slice(0, NEAREST), "Put onto the map:");
    setText(find(".gm-far"), reply.far);
    setLabel(find(".gm-screen"), `${reply.count} pictures of a point ${reply.word ? `at ${name}` : name}`);
    setText(find(".gm-explore"), `Open ${near[0]} in Explore`);
    showDevice(reply);
    announce(`${reply.word ? `At ${reply.word}` : "Between words"}. Nearest: ${near.slice(0, 4).join(", ")}.`);
  }

  /** The words nearest to the point, its own first, where it is one's. */
  function nearestOf(reply) {
    const others = reply.nearest.map(([word]) => word);
    return reply.word === null ? others : [reply.word, ...others.filter((word) => word !== reply.word)];
  }

  function explore() {
    if (!last) return;
    const seed = state.s === "0" ? {} : { s: state.s };
    openExplore({ w: nearestOf(last)[0], ...seed, ...Object.fromEntries(drawnWithFields(state)) });
  }

  // --- words ---------------------------------------------------------------------------------------------------------

  function type(word, pause = 0) {
    untouched = false;
    state.w = word.slice(0, 200);
    state.at = null;
    clearTimeout(resting);
    resting = setTimeout(arrange, pause);
    showControls();
    remember();
  }

  box.addEventListener("input", () => type(box.value, REST));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") find(".gm-plot").focus();
  });
  find(".gm-nearest").addEventListener("click", (event) => {
    const chip = event.target.closest("[data-word]");
    if (chip) type(chip.dataset.word);
  });
  for (const button of root.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => ({ in: () => plot.zoomBy(1.5), out: () => plot.zoomBy(1 / 1.5), whole: plot.whole })[button.dataset.zoom]());
  }
  find(".gx-shuffle").addEventListener("click", () => set({ s: randomSeed() }));
  find(".gm-explore").addEventListener("click", explore);
  saveButtons(find(".gm-save"), () => {
    if (!arranged || !last) return null;
    const word = `map ${nearestOf(last)[0]}`;
    return { draw: server.live, request: placeRequest(), title: word, word, seed: state.s, grid: last };
  }, { refused, say: announce });

  // --- opening -------------------------------------------------------------------------------------------------------

  function present() {
    return stateFields(page.ignoresWords ? { ...state, w: "" } : state);
  }

  function restore(search, taken) {
    const { w, m } = state;
    Object.assign(state, parseState(search), page.ignoresWords && { w }); // of which this address says nothing
    if (taken.includes("w")) [state.at, state.zoom] = [null, state.zoom]; // the point goes to the word
    untouched &&= !state.w;
    if (!page.menu) return;
    if (w === state.w && m === state.m && arranged) {
      showControls();
      plot.restore(state.zoom);
      drawPoint(true);
    } else begin();
  }

  function shared() {
    const { w, s, psi, style, wt } = state;
    return { w: page.ignoresWords || untouched ? null : w || null, s, psi, style, wt: wt ?? "" };
  }

  function begin() {
    if (untouched) state.w = page.firstExample ?? "";
    showControls();
    arrange();
  }

  page.follow("menu", () => begin());
  page.addEventListener("generator", () => {
    [state.style, state.at, state.zoom] = [fitStyle(state.style, page.offer), null, 1];
    if (page.menu) begin();
  });
  // Words that were typed elsewhere meanwhile.
  page.addEventListener("tab", () => {
    if (page.tab === "map" && page.menu && arranged && recentWords().some((word) => word !== state.w && !arranged.recent.includes(word))) arrange();
  });
}
