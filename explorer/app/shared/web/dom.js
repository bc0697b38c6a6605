// @ts-check
// Making and changing the page's nodes. Words, labels and names come from outside: they get here by textContent only.

/** What is said where a request got no answer. */
export const GONE = "The app does not answer. Is it still running?";

/** @param {string} tag @param {string} [className] @param {string} [text] @returns {any} */
export function createNode(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** In a drag most texts stay what they are: writing only what changed spares the browser its layout.
 * @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Name a node for screen readers. @param {Element} node @param {string} text */
export function setLabel(node, text) {
  if (node.ariaLabel !== text) node.ariaLabel = text;
}

/** Keep `parent` at `count` children, so that a live update moves nodes instead of making them anew.
 * @param {Element} parent @param {number} count @param {() => Element} make @returns {any[]} */
export function ensureChildren(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.append(make());
  return [...parent.children];
}

/** Words as buttons. @param {Element} parent @param {string[]} words @param {string} prefix what pressing one does
 * @param {(word: string) => string} nameOf what a word is called */
export function showChips(parent, words, prefix, nameOf = (word) => word) {
  const nodes = ensureChildren(parent, words.length, () => {
    const chip = createNode("button", "gx-chip");
    chip.type = "button";
    return chip;
  });
  nodes.forEach((chip, i) => {
    const name = nameOf(words[i]);
    if (chip.dataset.word !== words[i] || chip.textContent !== name) {
      chip.textContent = name;
      chip.dataset.word = words[i];
      chip.setAttribute("aria-label", `${prefix} ${name}`);
    }
  });
}

/** Sentences as a list that is hidden where there are none. @param {HTMLElement} list @param {string[]} sentences */
export function showNotes(list, sentences) {
  ensureChildren(list, sentences.length, () => createNode("li")).forEach((node, i) => setText(node, sentences[i]));
  list.hidden = !sentences.length;
}

/** Colour the part of a slider before its thumb. @param {HTMLInputElement} range */
export function fillTrack(range) {
  const share = (Number(range.value) - Number(range.min)) / (Number(range.max) - Number(range.min)) || 0;
  range.style.setProperty("--filled", `${share * 100}%`);
}

/** Add a part to an SVG. @param {Element} svg @param {string} kind @param {Record<string, unknown>} attributes @param {string} [text] */
export function appendSvg(svg, kind, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text !== undefined) node.textContent = text;
  svg.append(node);
}

/** A function that finds a node within `root` by a selector. @param {Element} root @returns {Find} */
export function finder(root) {
  return (selector) => root.querySelector(selector);
}
