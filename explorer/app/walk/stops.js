// @ts-check
// The stops of a walk, a card each: what it is called, its picture, and one picture of it that was chosen to walk.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { livePicture, paintTiles } from "../shared/web/live_canvas.js";
import { newMailbox, page, randomSeed } from "../shared/web/page.js";
import { EACH, OPEN } from "../shared/web/style.js";
import { showStyles } from "../shared/web/style_menu.js";
import { tileButtons } from "../shared/web/tiles.js";
import { FOUND, MOST_STOPS, nameOf, PICTURE, stopsWithoutWords, wordOf } from "./state.js";

/** @param {Pick<Walk, "find" | "server" | "state" | "changed" | "drawnNow">} walk */
export function stopCards({ find, server, state, changed, drawnNow }) {
  let edited = -1; // the stop whose picture is being chosen
  let choosing = "0"; // the seed of the pictures to choose from

  function showStops() {
    const cards = ensureChildren(find(".gx-stops"), state.stops.length, () => {
      const card = createNode("li", "gx-stop");
      const pick = createNode("button", "gx-pick");
      pick.type = "button";
      pick.append(createNode("canvas"));
      const box = createNode("input", "gx-box");
      [box.maxLength, box.autocomplete, box.spellcheck] = [200, "off", false];
      box.autocapitalize = "none";
      const style = createNode("select", "gx-stop-style");
      const away = createNode("button", "gx-away", "×");
      away.type = "button";
      box.dataset.takes = "word";
      const name = createNode("span", "gx-stop-name");
      name.dataset.takes = "nothing";
      card.append(pick, box, style, away, name);
      return card;
    });
    cards.forEach((card, i) => {
      const [pick, box, style, away, name] = card.children;
      const word = wordOf(state.stops[i]);
      const chosen = PICTURE.exec(state.stops[i])?.[2];
      if (document.activeElement !== box || box.dataset.stop !== String(i)) box.value = word;
      box.dataset.stop = i;
      const own = FOUND.test(state.stops[i]);
      box.placeholder = own ? nameOf(state.stops[i]) : "";
      pick.disabled = own;
      setLabel(box, own ? `Stop ${i + 1}: your picture; type a word to have that in its place` : `Stop ${i + 1}`);
      setLabel(pick, own ? `Stop ${i + 1}: your picture` : chosen ? `Stop ${i + 1}: picture ${chosen}; choose another` : `Stop ${i + 1}: choose one picture`);
      pick.title = own ? "Your picture, as the generator draws it" : chosen ? "Choose another picture" : "Choose one picture, and pin its latent";
      card.classList.toggle("gx-one", own || Boolean(chosen));
      setLabel(style, `Style of stop ${i + 1}`);
      style.hidden = !page.styles.length || state.style === EACH; // each picture its own, then, at all stops
      showStyles(style, state.stopStyles[i] ?? "", [["", "as the walk"], [OPEN, OPEN]]);
      setText(name, own ? nameOf(state.stops[i]) : chosen ? `picture ${Number(chosen.split(".")[1]) + 1} of seed ${chosen.split(".")[0]}` : "nine random latents");
      setLabel(away, `Remove stop ${i + 1}`);
      away.hidden = state.stops.length === 1;
    });
    find(".gx-add").hidden = state.stops.length >= MOST_STOPS;
    setText(find(".gx-add"), page.ignoresWords ? "+ Picture" : "+ Stop");
  }

  function showThumbs(reply, request) {
    if (request.stops.length !== state.stops.length) return;
    const cards = [...find(".gx-stops").children];
    const frameOf = reply.stops.length === request.stops.length ? reply.stops : request.stops.map(() => 0);
    cards.forEach((card, i) => {
      const [width, height] = reply.frame;
      const from = [(frameOf[i] % reply.across) * width, Math.floor(frameOf[i] / reply.across) * height];
      paintTiles(card.querySelector("canvas"), reply.bitmap, reply, from);
    });
  }

  function setStop(i, stop) {
    state.stops = state.stops.with(i, stop);
    changed();
  }

  find(".gx-stops").addEventListener("change", (event) => {
    if (!event.target.matches(".gx-stop-style")) return;
    const at = [...find(".gx-stops").children].indexOf(event.target.closest(".gx-stop"));
    state.stopStyles = state.stops.map((_, i) => (i === at ? event.target.value : (state.stopStyles[i] ?? "")));
    changed();
  });
  find(".gx-stops").addEventListener("input", (event) => {
    if (!event.target.matches(".gx-box")) return;
    const i = Number(event.target.dataset.stop);
    setStop(i, event.target.value.slice(0, 200)); // another word, so no chosen picture of the old one
  });
  find(".gx-stops").addEventListener("click", (event) => {
    const card = event.target.closest(".gx-stop");
    const i = [...find(".gx-stops").children].indexOf(card);
    if (event.target.closest(".gx-away")) {
      state.stops = state.stops.toSpliced(i, 1);
      if (page.ignoresWords) state.stops = stopsWithoutWords(state.stops);
      state.stopStyles = state.stopStyles.toSpliced(i, 1);
      changed();
    } else if (event.target.closest(".gx-pick")) choosePicture(i);
  });
  find(".gx-add").addEventListener("click", () => {
    state.stops = page.ignoresWords ? withPicture(state.stops, state.s) : [...state.stops, newWord(state.stops, [...page.examples, ...(page.offer?.labels ?? [])])];
    changed();
    if (page.ignoresWords) return;
    const box = find(".gx-stops").lastElementChild.querySelector("input");
    box.focus();
    box.select();
  });

  // Another word than those that are there, if the generator knows one.
  function newWord(stops, known) {
    const there = stops.map((stop) => wordOf(stop).trim().toLowerCase());
    const plain = known.filter((word) => !/[+*]| - /.test(word));
    return plain.find((word) => !there.includes(word.toLowerCase())) ?? plain[0] ?? "";
  }

  // Another picture of the present noise; where none was chosen yet, two.
  function withPicture(stops, seed) {
    const pictures = stops.filter(Boolean);
    const fresh = Array.from({ length: MOST_STOPS + 1 }, (_, i) => `@${seed}.${i}`).filter((stop) => !pictures.includes(stop));
    return [...pictures, ...fresh.slice(0, pictures.length ? 1 : 2)];
  }

  // --- one picture of a stop -----------------------------------------------------------------------------------------

  const picker = find(".gx-picker");
  const mailbox = newMailbox();
  const choices = livePicture({
    canvas: find(".gx-choice"),
    draw: server.live,
    painted(reply, request) {
      choiceTiles.fit(reply, page.subject(request.w), (i) => state.stops[edited] === `${request.w}@${choosing}.${i}`);
    },
    refused: (reply) => setText(find("#gx-picker-title"), reply.message),
    waiting: () => {},
  });
  const choiceTiles = tileButtons(find(".gx-choices"), (index) => {
    const picture = `${wordOf(state.stops[edited])}@${choosing}.${index}`;
    if (state.stops.length === 1 && page.ignoresWords) {
      state.stops = [picture];
      state.stops = withPicture(state.stops, state.s); // a walk has two ends
      changed();
    } else setStop(edited, picture);
    picker.close();
  });

  function choosePicture(i) {
    edited = i;
    choosing = PICTURE.exec(state.stops[i])?.[2].split(".")[0] ?? state.s;
    setText(find("#gx-picker-title"), page.subject(wordOf(state.stops[i])));
    showChoices();
    picker.showModal();
  }

  function showChoices() {
    const request = { tab: mailbox, c: page.generator, what: "grid", w: wordOf(state.stops[edited]), s: choosing, ...drawnNow() };
    if (state.stopStyles[edited] && page.styles.length) request.style = state.stopStyles[edited];
    choices.update(request);
  }

  find(".gx-other").addEventListener("click", () => {
    choosing = randomSeed();
    showChoices();
  });
  find(".gx-anyone").addEventListener("click", () => {
    setStop(edited, wordOf(state.stops[edited]));
    picker.close();
  });
  picker.querySelector(".gx-close").addEventListener("click", () => picker.close());
  picker.addEventListener("click", (event) => {
    if (event.target === picker) picker.close(); // the backdrop
  });

  return { show: showStops, showThumbs };
}
