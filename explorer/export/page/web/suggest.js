// @ts-check
// Known words that an unknown one may have meant, as explorer/words/expressions/suggest.py finds them.

import { otherNumbers } from "./inflect.js";

const COMMON = 30000; // a part of a split compound has a rank below this
const SHORTEST_PART = 3;
const SHORTEST_START = 4; // letters before a word may be completed
const LONGEST = 100;

export const fold = (/** @type {string} */ word) => word.toLowerCase().replaceAll("ß", "ss");
const letters = (/** @type {string} */ word) => [...word];
const withoutDoubles = (/** @type {string} */ word) => letters(word).filter((mark, i, all) => mark !== (all[i - 1] ?? " ")).join("");
const consonants = (/** @type {string} */ word) => withoutDoubles(letters(word).filter((mark) => !"aeiouy".includes(mark)).join(""));

/** How many letters must be changed, added, left out or swapped with a neighbour (optimal string alignment); more than `most`
 * is `most` + 1. @param {string[]} a @param {string[]} b @param {number} most */
function edits(a, b, most) {
  let [before, last] = [/** @type {number[]} */ ([]), Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + Number(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** @param {string[]} words in the order of frequency
 * @returns {(word: string, count?: number) => string[]} gives up to `count` words, best first */
export function suggester(words) {
  const folded = words.map(fold);
  const spelled = folded.map(letters);
  const ranks = new Map(words.map((word, rank) => [word, rank]));

  /** @param {string} word */
  function byEdits(word) {
    const typed = letters(word);
    const most = typed.length < 4 ? 1 : typed.length < 10 ? 2 : 3;
    const [single, skeleton] = [withoutDoubles(word), consonants(word)];
    /** @type {{ rank: number[], word: string }[]} */
    const found = [];
    spelled.forEach((other, row) => {
      if (Math.abs(other.length - typed.length) > most) return;
      const distance = edits(typed, other, most);
      if (distance > most) return;
      const unlike = [other[0] !== typed[0], withoutDoubles(folded[row]) !== single, consonants(folded[row]) !== skeleton];
      found.push({ rank: [distance, ...unlike.map(Number), row], word: words[row] });
    });
    found.sort(({ rank: a }, { rank: b }) => a[a.findIndex((one, i) => one !== b[i])] - b[a.findIndex((one, i) => one !== b[i])] || 0);
    const isNear = (/** @type {{ rank: number[] }} */ { rank }) => rank[0] === 1;
    return [found.filter(isNear), found.filter((one) => one.rank[0] > 1)].map((some) => some.map((one) => one.word));
  }

  /** The split into two common words whose rarer one is the most frequent. @param {string} word */
  function split(word) {
    let best = { rank: COMMON, text: "" };
    const trim = (/** @type {string} */ part) => part.replace(/^[-_ ]+|[-_ ]+$/g, "");
    const marks = letters(word);
    for (let at = SHORTEST_PART; at <= marks.length - SHORTEST_PART; at++) {
      const [first, second] = [trim(marks.slice(0, at).join("")), trim(marks.slice(at).join(""))];
      const rank = Math.max(ranks.get(first) ?? COMMON, ranks.get(second) ?? COMMON);
      const text = `${first} ${second}`;
      const isBetter = rank < best.rank || (rank === best.rank && rank < COMMON && text < best.text);
      if (isBetter && Math.min(letters(first).length, letters(second).length) >= SHORTEST_PART) best = { rank, text };
    }
    return best.text ? [best.text] : [];
  }

  return (word, count = 5) => {
    word = word.trim().slice(0, LONGEST + 1);
    const typed = fold(word);
    if (!typed || typed.length > LONGEST) return [];
    const [near, far] = byEdits(typed);
    const starts = letters(typed).length < SHORTEST_START ? [] : words.filter((_, row) => folded[row].startsWith(typed)).slice(0, 2);
    const found = [
      ...words.filter((_, row) => folded[row] === typed),
      ...otherNumbers(typed).filter((other) => ranks.has(other)),
      ...near.slice(0, 3), // then room for what spelling does not explain
      ...split(typed),
      ...starts,
      ...near.slice(3),
      ...far,
    ];
    return [...new Set(found)].filter((other) => other !== word).slice(0, count);
  };
}
