// @ts-check
// What a person does at one go: a word typed, a click, a drag. The browser's history has an entry for each.

const REST = 1500; // milliseconds without a key press after which typing is something else

/** number: of the present one; at: when something was last done */
export const gesture = { number: 0, at: -Infinity };

/** Whether keys write into it. @param {any} node */
export function takesText(node) {
  return node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && !["file", "range", "checkbox", "radio"].includes(node.type));
}

/** Count gestures from now on. @param {() => void} ending called before another one begins */
export function followGestures(ending) {
  let begun = -Infinity;
  /** @type {EventTarget | null} */
  let typedInto = null;

  function begin() {
    ending();
    gesture.number += 1;
    typedInto = null;
    gesture.at = begun = performance.now();
  }

  function goOn(/** @type {Event} */ { target }) {
    if (performance.now() - gesture.at > REST || (takesText(target) && typedInto !== null && typedInto !== target)) begin();
    if (takesText(target)) typedInto = target;
    gesture.at = performance.now();
  }

  // Before the page's own listeners, which change what is on show.
  addEventListener("pointerdown", begin, true);
  addEventListener("drop", begin, true);
  addEventListener("pointermove", (event) => {
    if (event.buttons) gesture.at = performance.now();
  }, true);
  addEventListener("keydown", (event) => {
    const { key, target, repeat } = event;
    if (!repeat && (event.ctrlKey || event.metaKey || key === "Enter" || (key === " " && !takesText(target)))) begin();
    else goOn(event);
  }, true);
  addEventListener("input", goOn, true);
  addEventListener("click", () => {
    if (performance.now() - begun > REST) begin(); // by a screen reader, say
    gesture.at = performance.now(); // on a busy page it comes well after the pointer went down
  }, true);
}
