// @ts-check
// What each control does: a small (i) behind it opens a sentence. Each tab has one table of them, its help.js; nothing
// else is wired by hand. The sentence is the button's description too, and that of a control that stands alone.

import { createNode, setLabel } from "./dom.js";

/** A sentence, or what says it when it is asked for. @typedef {string | (() => string)} Sentence */
/** Where it stands, as a selector; what it is about; its sentence, or for a group one for each of its controls.
 * @typedef {[string, string, Sentence | [string, Sentence][]]} Explanation */

// Behind these, since a script may own what is in a group; within others.
const BEHIND = "label, button, input, select, h2, h3, p, nav, .gx-segments, .gx-chips, .gx-bar[role=group]";
const MARGIN = 8; // pixels between the sentence and the window's edge
let made = 0;

/** @param {Sentence} says */
const read = (says) => (typeof says === "function" ? says() : says);

/** @param {Explanation[2]} says @returns {string} */
function whole(says) {
  return Array.isArray(says) ? says.map(([name, sentence]) => `${name}: ${read(sentence)}`).join(" ") : read(says);
}

/** @param {HTMLElement} box @param {Explanation[2]} says */
function fill(box, says) {
  if (!Array.isArray(says)) return box.replaceChildren(createNode("p", "", read(says)));
  box.replaceChildren(
    ...says.map(([name, sentence]) => {
      const line = createNode("p");
      line.append(createNode("b", "", name), ` ${read(sentence)}`);
      return line;
    }),
  );
}

/** Put an (i) behind each control of a tab that its table names. @param {HTMLElement} root @param {Explanation[]} table */
export function explain(root, table) {
  const box = createNode("div", "gx-info-box");
  box.popover = "manual"; // above everything, dialogs too; when it closes is said below
  box.id = `gx-info-${++made}`;
  box.setAttribute("aria-hidden", "true"); // the button's description says the same
  root.append(box);
  /** @type {any} the button whose sentence is open */
  let open = null;

  function close() {
    open?.setAttribute("aria-expanded", "false");
    open = null;
    if (box.matches(":popover-open")) box.hidePopover();
  }

  /** @param {any} button */
  function place(button) {
    const [at, size] = [button.getBoundingClientRect(), box.getBoundingClientRect()];
    const left = Math.min(at.left + at.width / 2 - 24, innerWidth - size.width - MARGIN);
    const below = at.bottom + 4 + size.height <= innerHeight - MARGIN;
    box.style.left = `${Math.max(MARGIN, left)}px`;
    box.style.top = `${below ? at.bottom + 4 : Math.max(MARGIN, at.top - size.height - 4)}px`;
  }

  for (const [selector, name, says] of table) {
    const control = root.querySelector(selector);
    if (!control) {
      console.error(`nothing to explain at ${selector}`);
      continue;
    }
    const button = createNode("button", "gx-info");
    button.type = "button";
    setLabel(button, `About: ${name}`);
    button.setAttribute("aria-expanded", "false");
    const described = createNode("span", "", whole(says));
    described.hidden = true;
    described.id = `gx-info-${++made}`;
    button.setAttribute("aria-describedby", described.id);
    if (control.matches("input, select")) control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${described.id}`.trim());
    const behind = control.matches(BEHIND);
    button.classList.toggle("gx-behind", behind); // it is hidden with what it stands behind
    if (behind) control.after(button, described);
    else control.append(button, described);
    button.addEventListener("focus", () => (described.textContent = whole(says)));
    button.addEventListener("click", () => {
      const wasOpen = open === button;
      close();
      if (wasOpen) return;
      open = button;
      button.setAttribute("aria-expanded", "true");
      fill(box, says);
      box.showPopover();
      place(button);
    });
    button.addEventListener("blur", close);
  }
  document.addEventListener("pointerdown", (event) => {
    if (open && event.target !== open && !box.contains(/** @type {Node} */ (event.target))) close();
  });
  document.addEventListener("keydown", (event) => {
    if (!open || event.key !== "Escape") return;
    event.preventDefault(); // a dialog stays open
    event.stopPropagation();
    close();
  }, true);
  for (const kind of ["scroll", "resize"]) addEventListener(kind, () => open && place(open), { passive: true, capture: true });
}
