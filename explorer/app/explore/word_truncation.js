// @ts-check
// Word truncation: what its slider stands at, which trained word each picture took, and what it would do to a word that
// lies far from all of them.

import { createNode, ensureChildren, setText } from "../shared/web/dom.js";

const MOST = 4; // words in a sentence
const STRONG = 0.75; // offered where the generator has none of its own

/** What is said of one picture beside its word: the trained word that it went towards, and its style.
 * @param {{ tile_labels: string[], tile_styles: string[] }} reply @param {number} i */
export function tileAbout({ tile_labels, tile_styles }, i) {
  const style = tile_styles.length > 1 ? tile_styles[i] : tile_styles[0];
  return [tile_labels[i] && `towards ${tile_labels[i]}`, style].filter(Boolean).join(", ");
}

/** @param {string[]} labels the one that each picture took */
export function takenSentence(labels) {
  const counts = new Map();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 1) return `All towards ${labels[0]}.`;
  const most = [...counts].sort(([, a], [, b]) => b - a);
  const others = most.length > MOST ? ` and ${most.length - MOST} more` : "";
  return `Towards ${most.slice(0, MOST).map(([label, count]) => `${label} in ${count}`).join(", ")}${others}.`;
}

/** Where the slider stands: what somebody chose, else what the generator was published with; 0 beside the blend of an
 * older address, which does the same another way.
 * @param {{ wt: number | null, b: number }} state @param {Offer | undefined} offer */
export function usedTruncation({ wt, b }, offer) {
  return wt ?? (b ? 0 : (offer?.word_truncation ?? 0));
}

/** @param {Element} root @param {number} used @param {{ b: number }} state @param {{ tile_labels: string[] }} [reply] the pictures on show */
export function showTaken(root, used, { b }, { tile_labels } = { tile_labels: [] }) {
  const text = b
    ? `This address blends ${Math.round(100 * b)} % towards the nearest label, as earlier versions did, until you move this.`
    : used && tile_labels.length ? takenSentence(tile_labels) : "0: the word as it is. 1: trained words alone.";
  setText(/** @type {Element} */ (root.querySelector("#gx-taken")), text);
}

/** The values that are offered beside "Why so messy?". @param {number} used @param {Offer | undefined} offer @returns {number[]} */
export function offeredTruncations(used, offer) {
  const usual = offer?.word_truncation || STRONG;
  const more = used < usual ? usual : used < 1 ? 1 : null;
  return [...(more === null ? [] : [more]), ...(used > 0 ? [0] : [])];
}

/** Say why the pictures of an unfamiliar word are a mess, and offer what helps; nothing for a word that needs none.
 * @param {Element} root @param {string[]} sentences @param {number} used @param {Offer | undefined} offer */
export function showWhy(root, sentences, used, offer) {
  const box = /** @type {HTMLElement} */ (root.querySelector(".gx-why"));
  box.hidden = !sentences.length;
  if (box.hidden) return;
  const paragraphs = ensureChildren(/** @type {Element} */ (box.querySelector(".gx-why-sentences")), sentences.length, () => createNode("p"));
  paragraphs.forEach((node, i) => setText(node, sentences[i]));
  const offered = offeredTruncations(used, offer);
  const buttons = ensureChildren(/** @type {Element} */ (box.querySelector(".gx-actions")), offered.length, () => {
    const button = createNode("button");
    button.type = "button";
    return button;
  });
  buttons.forEach((button, i) => {
    button.dataset.truncation = String(offered[i]);
    setText(button, offered[i] ? `Set word truncation to ${offered[i].toFixed(2)}` : "Show the word as it is (0)");
  });
}
