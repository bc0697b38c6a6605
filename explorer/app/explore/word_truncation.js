// @ts-check
// What word truncation did to the pictures: which trained word each of them took.

import { setText } from "../shared/web/dom.js";

const MOST = 4; // words in a sentence

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

/** @param {Element} root @param {{ wt: number, b: number }} state @param {{ tile_labels: string[] }} [reply] the pictures on show */
export function showTaken(root, state, { tile_labels } = { tile_labels: [] }) {
  const text = state.b
    ? `This address blends ${Math.round(100 * state.b)} % towards the nearest label, as earlier versions did, until you move this.`
    : state.wt && tile_labels.length ? takenSentence(tile_labels) : "0: the word as it is. 1: trained words alone.";
  setText(/** @type {Element} */ (root.querySelector("#gx-taken")), text);
}
