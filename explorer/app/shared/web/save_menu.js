// @ts-check
// What every picture can be saved as. A click on its button downloads it; beside it stand a menu with all the other ways,
// and a heart that keeps it in the library.

import { createNode, setLabel, setText } from "./dom.js";
import { savedPicture, savePicture } from "./downloads.js";
import { heartBeside } from "./heart.js";
import { page, pageAddress } from "./page.js";

const SVG = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M5.5 8l4.5 4.5L14.5 8"/></svg>';
const FILES = [["png1", "PNG, as drawn"], ["png4", "PNG, 4 times as large"], ["png8", "PNG, 8 times as large"], ["svg", "SVG, crisp at any size"], ["zip", "ZIP, a PNG for each picture"], ["npz", "NPZ, numbers for NumPy"]];

/** @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page that did not come by HTTPS may only copy what is selected.
    const box = Object.assign(createNode("textarea", "gx-sr"), { value: text });
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

/** @param {Shown} shown @returns {Promise<string>} a sentence */
async function copyPicture({ draw, request }) {
  if (!navigator.clipboard?.write || !window.ClipboardItem) return "This browser lets no page copy pictures from an address without HTTPS; download it instead.";
  /** @type {ErrorReply | null} */
  let refused = null;
  const picture = savedPicture(draw, request).then((saved) => {
    if (saved instanceof Blob) return saved;
    refused = saved;
    throw new Error(saved.message);
  });
  picture.catch(() => {}); // is said below
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    return "Picture copied.";
  } catch {
    return /** @type {ErrorReply | null} */ (refused)?.message ?? "The browser did not let this page copy a picture; download it instead.";
  }
}

/** Fit a download button with all ways to save what it downloads.
 * @param {HTMLButtonElement} button @param {() => Shown | null} current the picture on show
 * @param {{ refused: (reply: ErrorReply) => void, say?: (text: string) => void, other?: { text: string, isHere: () => boolean, save: () => Promise<string> } }} options
 * refused: what is wrong with the request; say: for screen readers; other: one line more, which gives a sentence
 * @returns {{ show: () => void }} to be called when another picture is on show */
export function saveButtons(button, current, { refused, say = () => {}, other }) {
  const heart = heartBeside(button, current, say);
  const more = createNode("button", "gx-icon gx-more-saves");
  more.type = "button";
  more.innerHTML = SVG; // ours
  more.title = "More ways to save";
  setLabel(more, "More ways to save");
  more.ariaHasPopup = "menu";
  button.after(more);

  const menu = createNode("div", "gx-menu");
  [menu.role, menu.popover] = ["menu", "auto"];
  setLabel(menu, "Ways to save");
  /** @type {[string, string][]} */
  const lines = [["link", "Copy link"], ["picture", "Copy picture"], .../** @type {[string, string][]} */ (FILES), .../** @type {[string, string][]} */ (other ? [["other", other.text]] : [])];
  for (const [kind, text] of lines) {
    const item = createNode("button", "gx-menu-item");
    [item.type, item.role, item.tabIndex, item.dataset.kind] = ["button", "menuitem", -1, kind];
    item.append(createNode("span", "", text), createNode("span", "gx-menu-note"));
    menu.append(item);
  }
  more.after(menu);

  function tell(/** @type {string} */ text) {
    say(text);
    page.keeper?.say(text);
  }

  function open() {
    const shown = current();
    if (!shown) return;
    for (const item of menu.children) {
      item.hidden = item.dataset.kind === "other" && !other?.isHere();
      const scale = { png1: 1, png4: 4, png8: 8 }[item.dataset.kind];
      const { grid } = shown;
      setText(item.lastChild, scale && grid ? `${scale * grid.columns * grid.tile[0]} × ${scale * Math.ceil(grid.count / grid.columns) * grid.tile[1]}` : "");
    }
    menu.showPopover();
    const [box, own] = [more.getBoundingClientRect(), menu.getBoundingClientRect()];
    const left = Math.max(8, Math.min(box.right - own.width, innerWidth - own.width - 8));
    const below = box.bottom + 6 + own.height < innerHeight;
    [menu.style.left, menu.style.top] = [`${left}px`, `${below ? box.bottom + 6 : Math.max(8, box.top - own.height - 6)}px`];
    menu.firstChild.focus();
  }

  more.addEventListener("click", open);
  menu.addEventListener("toggle", (/** @type {any} */ event) => {
    more.ariaExpanded = String(event.newState === "open");
  });
  menu.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const items = [...menu.children].filter(({ hidden }) => !hidden);
    const at = items.indexOf(document.activeElement);
    const step = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Tab") menu.hidePopover();
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // a dialog below it goes by the same keys
    items[step % items.length].focus();
  });
  menu.addEventListener("click", async (/** @type {any} */ event) => {
    const kind = event.target.closest("[data-kind]")?.dataset.kind;
    const shown = current();
    menu.hidePopover();
    more.focus();
    if (!kind || !shown) return;
    if (kind === "link") tell((await copyText(`${location.origin}${location.pathname}?${shown.address ?? pageAddress()}`)) ? "Link copied." : "The browser did not let this page copy; the address bar has the link.");
    else if (kind === "picture") tell(await copyPicture(shown));
    else if (kind === "other" && other) tell(await other.save());
    else await savePicture(shown, refused, kind);
  });

  button.addEventListener("click", async () => {
    const shown = current();
    if (shown) await savePicture(shown, refused);
  });

  return {
    show() {
      more.disabled = button.disabled;
      heart.show();
    },
  };
}
