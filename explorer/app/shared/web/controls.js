// @ts-check
// Small controls that several tabs have: groups of buttons of which one is pressed, what went wrong, announcements.

import { setText, showChips } from "./dom.js";

/** A group of buttons with a data-value each, of which one is pressed.
 * @param {Element} group @param {(value: string) => void} chosen called when somebody pressed one
 * @returns {(value: unknown) => void} shows which is pressed */
export function buttonGroup(group, chosen) {
  group.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-value]");
    if (button instanceof HTMLElement) chosen(button.dataset.value ?? "");
  });
  return (value) => {
    for (const button of group.children) button.ariaPressed = String(/** @type {HTMLElement} */ (button).dataset.value === String(value));
  };
}

/** Show what went wrong. A text that somebody is still typing is often no word yet: it is shown only after a rest.
 * @param {any} root of the tab @param {(word: string, other: string, kind?: string) => void} replaced called when a suggestion was
 * chosen; kind: `style` if it is a style's */
export function troubleBox(root, replaced) {
  const REST = 500; // milliseconds
  const box = root.querySelector(".gx-trouble");
  const suggestions = root.querySelector(".gx-suggestions");
  /** @type {number | undefined} */
  let resting;
  /** @type {any} */
  let shown = null; // the error reply on show

  suggestions.addEventListener("click", (/** @type {any} */ event) => {
    const chip = event.target.closest("[data-word]");
    if (chip && shown) replaced(shown.word, chip.dataset.word, shown.kind);
  });

  return {
    hide() {
      clearTimeout(resting);
      box.hidden = true;
      for (const wrong of root.querySelectorAll("[aria-invalid]")) wrong.removeAttribute("aria-invalid");
      root.classList.remove("gx-in-trouble");
    },
    /** @param {ErrorReply} reply @param {Iterable<any>} boxes one of which may hold the word that is not known */
    show(reply, boxes) {
      clearTimeout(resting);
      resting = setTimeout(() => {
        shown = reply;
        box.hidden = false;
        for (const input of boxes) if (reply.word && input.value.toLowerCase().includes(reply.word.toLowerCase())) input.ariaInvalid = "true";
        root.classList.add("gx-in-trouble");
        if (root.dataset.state === "loading") root.dataset.state = "empty";
        setText(root.querySelector(".gx-sentence"), reply.message);
        showChips(suggestions, reply.suggestions ?? [], "Write");
        setText(root.querySelector(".gx-status"), reply.message);
      }, REST);
    },
  };
}

/** Screen readers are given where a change came to rest, not every step of a drag. @param {Element} status */
export function announcer(status) {
  /** @type {number | undefined} */
  let resting;
  return (/** @type {string} */ text) => {
    clearTimeout(resting);
    resting = setTimeout(() => setText(status, text), 700);
  };
}
