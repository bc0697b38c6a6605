// @ts-check
// The row of style chips: the present word in each style, small. One click switches; with Shift, or typed into the box
// beside them, styles are mixed. Thumbnails are asked for when the pictures have come to rest, so that they delay none.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { context2d, decodeBlob, isLost, paintPart } from "../shared/web/live_canvas.js";
import { page } from "../shared/web/page.js";
import { EACH, namesIn, OPEN, withToggled } from "../shared/web/style.js";

const REST = 250; // milliseconds without new pictures
const AGAIN = 400; // milliseconds after which what was lost is asked for again
const MOST_KEPT = 60; // words whose thumbnails are remembered

// The first styles, four in a square. The open one, which comes before them, is left out.
function paintFour(canvas, bitmap, count, width, height) {
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  for (let i = 0; i < 4; i++) {
    context2d(canvas).drawImage(bitmap, (1 + (i % count)) * width, 0, width, height, (i % 2) * width, Math.floor(i / 2) * height, width, height);
  }
}

/** @param {{ find: Find, server: ExploreServer, state: any, mailbox: string, chosen: (style: string) => void, typed: (style: string) => void, drawn: () => string }} explore
 * chosen, typed: called when a style was chosen, and at every key press in the box; drawn: the style of the pictures on show */
export function styleChips({ find, server, state, mailbox, chosen, typed, drawn }) {
  const [group, box] = [find(".gx-style-chips"), find(".gx-style")];
  const kept = new Map(); // thumbnails, by what they were asked with
  let present = ""; // what those on show were asked with
  let wanted = ""; // what was asked for last
  let scrolled = ""; // the styles that were scrolled to
  /** @type {number | undefined} */
  let resting;

  function build() {
    const names = [OPEN, EACH, ...page.styles];
    const chips = ensureChildren(group, names.length, () => {
      const chip = createNode("button", "gx-style-chip");
      chip.type = "button";
      const thumbnail = createNode("canvas", "gx-thumbnail");
      thumbnail.ariaHidden = "true";
      chip.append(thumbnail, createNode("span"));
      return chip;
    });
    chips.forEach((chip, i) => {
      const name = names[i];
      chip.dataset.style = name;
      setText(chip.lastChild, name === EACH ? "all styles" : name);
      chip.title = { [OPEN]: "Open: z chooses the style", [EACH]: "Every picture in a style of its own" }[name] ?? `${name}; with Shift, mixed with the others`;
      setLabel(chip, { [OPEN]: "Any style: z chooses", [EACH]: "All styles: every picture its own" }[name] ?? `Style ${name}`);
    });
    return chips;
  }

  // The one chip that the tab key stops at.
  function reach(chip) {
    for (const other of group.children) other.tabIndex = other === chip ? 0 : -1;
  }

  // On a phone the row is wider than the page.
  function scrollTo(chip) {
    const hidden = chip && (chip.offsetLeft < group.scrollLeft || chip.offsetLeft + chip.offsetWidth > group.scrollLeft + group.clientWidth);
    if (hidden) group.scrollLeft = chip.offsetLeft - (group.clientWidth - chip.offsetWidth) / 2;
  }

  function show() {
    const { styles } = page;
    find(".gx-styles").hidden = !styles.length;
    if (!styles.length) return;
    const each = state.style === EACH;
    const names = each ? [EACH] : state.style ? namesIn(state.style) : [OPEN];
    const chips = build();
    for (const chip of chips) chip.ariaPressed = String(names.includes(chip.dataset.style));
    if (!group.contains(document.activeElement)) reach(chips.find((chip) => chip.ariaPressed === "true") ?? chips[0]);
    const key = names.join("+");
    if (key !== scrolled) scrollTo(group.querySelector("[aria-pressed=true]"));
    scrolled = key;
    box.placeholder = styles.length > 1 ? `${styles[0]} + 0.5*${styles[1]}` : styles[0];
    const text = each ? "" : state.style;
    if (document.activeElement !== box && box.value !== text) box.value = text;
  }

  /** @param {any} request what the pictures on show were asked with */
  function follow(request) {
    clearTimeout(resting);
    if (!page.styles.length) return;
    /** @type {any} */
    const ask = { tab: `${mailbox}.styles`, c: request.c, w: request.w };
    if (request.wt !== undefined || request.b) ask.wt = request.wt ?? 0;
    wanted = JSON.stringify([ask, page.offer?.kimg, page.styles]);
    if (wanted === present) return;
    if (kept.has(wanted)) return paint(wanted);
    const key = wanted;
    resting = setTimeout(() => draw(ask, key), REST);
  }

  async function draw(ask, key) {
    const reply = await server.styles(ask).catch(() => null);
    if (reply?.ok) {
      reply.bitmap = await createImageBitmap(decodeBlob(reply.png));
      kept.set(key, reply);
      for (const [oldest, old] of kept) {
        if (kept.size <= MOST_KEPT) break;
        old.bitmap.close();
        kept.delete(oldest);
      }
    }
    if (key !== wanted) return;
    if (reply?.ok) paint(key);
    else if (isLost(reply)) resting = setTimeout(() => draw(ask, key), AGAIN);
  }

  function paint(key) {
    present = key;
    const { bitmap, styles, tile: [width, height] } = kept.get(key);
    for (const chip of group.children) {
      const thumbnail = chip.firstChild;
      const place = styles.indexOf(chip.dataset.style);
      if (place >= 0) paintPart(thumbnail, bitmap, place * width, 0, width, height);
      else if (chip.dataset.style === EACH) paintFour(thumbnail, bitmap, styles.length - 1, width, height);
    }
    group.dataset.thumbnails = "drawn";
    group.dispatchEvent(new CustomEvent("thumbnails"));
  }

  group.addEventListener("click", (event) => {
    const chip = event.target.closest("button");
    if (!chip) return;
    reach(chip);
    const name = chip.dataset.style;
    const mixes = (event.shiftKey || event.ctrlKey || event.metaKey) && name !== EACH && name !== OPEN;
    chosen(mixes ? withToggled(state.style, name) : name === OPEN ? "" : name);
  });
  group.addEventListener("keydown", (event) => {
    const chips = [...group.children];
    const at = chips.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: chips.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    if (!chips[to]) return;
    reach(chips[to]);
    chips[to].focus();
  });

  box.addEventListener("input", () => typed(box.value));
  box.addEventListener("blur", show);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") box.value = drawn(); // back to the last one that could be drawn
    if (event.key === "Escape" || event.key === "Enter") chosen(box.value);
  });

  return {
    show,
    follow,
    /** those on show are of another generator */
    forget() {
      present = wanted = "";
      clearTimeout(resting);
      delete group.dataset.thumbnails;
      for (const chip of group.children) chip.firstChild.width = chip.firstChild.height = 1;
    },
  };
}
