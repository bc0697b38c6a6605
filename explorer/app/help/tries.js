// @ts-check
// What a newcomer may try with the chosen generator. Each is done with the page's own controls, as if by hand, and gives
// the sentence that says what to look at.

import { page } from "../shared/web/page.js";

const KEY = 90; // milliseconds between two letters
const STEP = 40; // milliseconds between two steps of a slider
const SHOWN = 4000; // milliseconds for which the control is framed
const LONGEST = 5000; // milliseconds that a tab may take to come

/** @param {number} time */
const wait = (time) => new Promise((done) => setTimeout(done, time));

/** A control of a tab, once that is there. @param {string} tab @param {string} selector @returns {Promise<any>} */
async function control(tab, selector) {
  page.set("tab", tab);
  const until = Date.now() + LONGEST;
  let node = document.querySelector(selector);
  while (!(node instanceof HTMLElement && node.checkVisibility()) && Date.now() < until) {
    await wait(50);
    node = document.querySelector(selector);
  }
  return node;
}

/** @param {HTMLElement} node */
function frame(node) {
  node.scrollIntoView({ block: "nearest" });
  node.classList.add("gh-shown");
  setTimeout(() => node.classList.remove("gh-shown"), SHOWN);
}

/** @param {any} box @param {string} text */
async function type(box, text) {
  box.focus();
  for (let letters = 1; letters <= text.length; letters++) {
    box.value = text.slice(0, letters);
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await wait(KEY);
  }
}

/** @param {any} range @param {number} from @param {number} to */
async function slide(range, from, to) {
  range.focus({ preventScroll: true });
  for (let step = 0; step <= 25; step++) {
    range.value = String(from + ((to - from) * step) / 25);
    range.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await wait(STEP);
  }
}

/** @typedef {{ title: string, about: string, act: () => Promise<string> }} Try */

/** @returns {Try[]} */
export function tries() {
  const plain = page.examples.filter((text) => /^[\p{L}\p{N} ]+$/u.test(text));
  const word = plain[1] ?? page.firstExample ?? "";
  /** @type {Try} */
  const walk = {
    title: "Interpolate",
    about: "A walk through the latents, from one word or picture to another.",
    async act() {
      frame(await control("walk", ".gx-scrub"));
      return "Every frame is drawn anew. Drag the slider under the pictures to go the way by hand.";
    },
  };
  if (page.ignoresWords) {
    return [
      {
        title: "Take another seed",
        about: "Other latents of the same generator: other pictures.",
        async act() {
          const shuffle = await control("explore", ".gx-noise .gx-shuffle");
          frame(shuffle);
          shuffle.click();
          return "The seed is in the box beside the arrows: type an old one, and its pictures come back.";
        },
      },
      {
        title: "Move the truncation",
        about: "Less of the spread of z: pictures that are more typical, and more alike.",
        async act() {
          const range = await control("explore", ".gx-psi");
          frame(range.closest(".gx-slider"));
          await slide(range, 1, 0.3);
          return "At 0 all pictures are the same one; at 1 nothing is truncated.";
        },
      },
      walk,
    ];
  }
  return [
    {
      title: `Type a word it was never shown: ${word}`,
      about: "It is drawn from the word's vector alone.",
      async act() {
        const box = await control("explore", ".gx-word");
        frame(box);
        await type(box, word);
        return `Beside the pictures: which trained words “${word}” lies near to, and what the pictures are judged as.`;
      },
    },
    {
      title: "Move the word truncation",
      about: "Each picture goes towards one of the trained words nearest to yours.",
      async act() {
        const box = await control("explore", ".gx-word");
        if (box.value !== word) await type(box, word);
        const range = await control("explore", ".gx-truncation");
        frame(range.closest(".gx-slider"));
        await slide(range, 0, 1);
        return "At 1 trained words alone are drawn; the sentence under the slider says which.";
      },
    },
    walk,
  ];
}
