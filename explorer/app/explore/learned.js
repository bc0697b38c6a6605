// @ts-check
// The line on what the chosen generator learned. It is for who has never typed a word here, and steps aside for good
// when somebody has.

import { setText } from "../shared/web/dom.js";
import { page } from "../shared/web/page.js";

const NAME = "gan-explorer-typed-a-word";

function isKnown() {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    return false; // a page in a frame that may store nothing
  }
}

/** @param {HTMLElement} node @returns {() => void} to be called when somebody typed or chose a word */
export function learnedLine(node) {
  let aside = isKnown();

  function show() {
    const text = page.offer?.learned ?? "";
    node.hidden = aside || !text || page.ignoresWords; // else the sentence in the word box's place says it
    setText(node, text);
  }

  page.follow("menu", show);
  page.addEventListener("generator", show);
  return () => {
    if (aside) return;
    aside = true;
    show();
    try {
      localStorage.setItem(NAME, "1");
    } catch {
      // it comes back with the next page
    }
  };
}
