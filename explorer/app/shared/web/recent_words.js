// @ts-check
// The words that pictures were drawn of lately in this browser tab, whichever of the page's tabs drew them.

const NAME = "gan-explorer-recent-words";
export const MOST_RECENT = 24;
const REST = 1200; // milliseconds: what stands shorter was a step of typing

/** A word put before others, each once. @param {string[]} words @param {string} word @returns {string[]} */
export function withWord(words, word) {
  const name = (/** @type {string} */ text) => text.toLowerCase().replace(/\s+/g, " ").trim();
  return [word, ...words.filter((other) => name(other) !== name(word))].slice(0, MOST_RECENT);
}

/** The words in a stored text, whatever it holds. @param {string | null} text @returns {string[]} */
export function parseWords(text) {
  try {
    const found = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? found.filter((word) => typeof word === "string" && word && word.length <= 200).slice(0, MOST_RECENT) : [];
  } catch {
    return [];
  }
}

/** @type {string[]} */
let words = [];
/** @type {number | undefined} */
let resting;
let newest = ""; // the word that was drawn last, until it is one of them

/** @type {(() => void)[]} */
const followers = [];

/** Call `listener` now and whenever there is another word. @param {() => void} listener */
export function followRecentWords(listener) {
  followers.push(listener);
  listener();
}

/** The latest first. */
export function recentWords() {
  return words;
}

/** Follow what is drawn from now on. @param {() => boolean} isIdle whether words do nothing just now */
export function rememberWords(isIdle) {
  try {
    words = parseWords(sessionStorage.getItem(NAME));
  } catch {
    // a page in a frame that may store nothing
  }
  for (const follower of followers) follower();
  document.addEventListener("painted", (event) => {
    const word = /** @type {any} */ (event).detail?.request?.w;
    if (typeof word !== "string" || !word.trim() || isIdle()) return;
    clearTimeout(resting);
    newest = word.trim();
    resting = setTimeout(settle, REST);
  });
  addEventListener("pointerdown", settle, true); // whoever clicks elsewhere is done with typing
}

function settle() {
  clearTimeout(resting);
  if (!newest) return;
  words = withWord(words, newest);
  newest = "";
  for (const follower of followers) follower();
  try {
    sessionStorage.setItem(NAME, JSON.stringify(words));
  } catch {
    // they are remembered until the page goes
  }
}
