// @ts-check
// Undo: Ctrl+Z takes back what was done last; in a text box what was typed there comes first. What the address says comes back with the browser's
// history; what it does not hold, such as a stroke of a brush, with what was left here.

import { takesText } from "./gestures.js";
import { page, stepNumber } from "./page.js";

const MOST = 40; // steps that are remembered

/** @type {{ tab: string, step: number, back: () => void }[]} */
const done = []; // step: of the history's entry in which it was done

/** Remember how to take something back that no address says. @param {() => void} back */
export function undoable(back) {
  done.push({ tab: page.tab, step: stepNumber(), back });
  done.splice(0, done.length - MOST);
}

/** Take back what was done last; gives whether there was anything. */
export function undo() {
  const step = stepNumber();
  while (done.length && (done[done.length - 1].step > step || (done[done.length - 1].step === step && done[done.length - 1].tab !== page.tab))) done.pop(); // one went back past it
  const last = done[done.length - 1];
  if (last?.step === step) {
    done.pop();
    last.back();
  } else if (step > 0) history.back();
  else return false;
  return true;
}

/** Say what a click took away, with a button that brings it back. @param {string} text */
export function offerUndo(text) {
  page.keeper?.say(text, "Undo", undo);
}

let isTextUndone = false; // the browser took back or did again what was typed into a box
document.addEventListener("input", (event) => {
  if (/^history/.test(/** @type {InputEvent} */ (event).inputType ?? "")) isTextUndone = true;
}, true);

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return; // what is behind it is not to be seen
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  const act = key === "z" && !event.shiftKey ? undo : () => history.forward();
  if (takesText(event.target)) {
    isTextUndone = false;
    setTimeout(() => isTextUndone || act()); // a box comes first, where there is something to take back in it
  } else {
    event.preventDefault();
    act();
  }
});
