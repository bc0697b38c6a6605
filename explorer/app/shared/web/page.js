// @ts-check
// What all tabs of one page share: which of them is on show, which generator is chosen, and the address bar.

import { ignoresWords } from "./parse.js";

/** @type {Record<string, string>} */
export const TABS = { explore: "Explore", walk: "Walk", arithmetic: "Arithmetic", map: "Map", inside: "Inside", compare: "Compare", train: "Train", library: "Library" };
const LONGEST_NAME = 100;

class Page extends EventTarget {
  constructor() {
    super();
    const query = new URLSearchParams(location.search);
    const tab = query.get("tab") ?? "";
    this.tab = Object.hasOwn(TABS, tab) ? tab : "explore";
    this.generator = (query.get("c") ?? "").slice(0, LONGEST_NAME); // "" is the one the app was opened with
    /** @type {Menu | null} */
    this.menu = null; // what the generators and word spaces are, see header.js
    this.fields = new Set(["tab", "c"]); // of the address, of all tabs opened so far
    /** @type {Map<string, () => unknown[][]>} */
    this.present = new Map(); // by tab: what it writes into the address
    /** @type {Keeper | null} */
    this.keeper = null; // what keeps pictures, see recipes.js
    /** @type {File | null} */
    this.sought = null; // a picture that was dropped, to be found on the Inside tab
    // In a notebook's cell nothing may take the focus, and its scroll with it.
    this.alone = window.top === window;
  }

  /** What the menu says of the chosen generator; undefined before it has come, and for one that it does not list. */
  get offer() {
    const chosen = this.generator || this.menu?.default;
    return this.menu?.checkpoints.find(({ name }) => name === chosen);
  }

  /** Whether its pictures are the same whatever is typed. */
  get ignoresWords() {
    return ignoresWords(this.offer?.conditioning);
  }

  /** The styles that the chosen generator can draw in. @returns {string[]} */
  get styles() {
    return this.offer?.styles ?? [];
  }

  /** The words to try with the chosen generator. */
  get examples() {
    return this.offer?.examples ?? [];
  }

  /** What pictures are of, in a sentence: their word, or the generator where words do nothing. @param {string} word */
  subject(word) {
    return this.ignoresWords ? (this.offer?.name ?? "") : word;
  }

  /** A word to begin with, since a label may be anything: of a generator that somebody chose one of its labels.
   * @returns {string | undefined} */
  get firstExample() {
    const label = this.generator ? this.offer?.labels.find((text) => /^[\p{L}\p{N} ]+$/u.test(text)) : undefined;
    return label ?? this.examples.find((text) => /^[\p{L}\p{N} ]+$/u.test(text));
  }

  /** @param {PageField} name @param {any} value */
  set(name, value) {
    if (this[name] === value) return;
    /** @type {any} */ (this)[name] = value;
    this.dispatchEvent(new Event(name));
  }

  /** Call `listener` now, where there is a value, and whenever it changes.
   * @param {PageField} name @param {(value: any) => void} listener */
  follow(name, listener) {
    this.addEventListener(name, () => listener(this[name]));
    if (this[name] !== null) listener(this[name]);
  }
}

export const page = new Page();

/** The word that a tab begins with where the address names none: till somebody types another, one that suits the
 * generator.
 * @param {{ w: string }} state @returns {() => boolean} sets `state.w` anew; whether it still is a word to begin with */
export function beginningWord(state) {
  /** @type {string | null} */
  let untouched = new URLSearchParams(location.search).has("w") ? null : state.w;
  return () => {
    if (untouched !== state.w) untouched = null;
    if (untouched !== null) untouched = state.w = page.firstExample ?? untouched;
    return untouched !== null;
  };
}

/** Write a tab's state into the address bar. Browsers refuse more than some hundred changes of it in a few seconds: at
 * most three a second, the last one always.
 * @param {string} name of the tab, which leaves the address alone while another is on show
 * @param {string[]} fields all that it may write
 * @param {() => unknown[][]} present what it writes now, as [field, value] pairs
 * @returns {() => void} to be called when something has changed */
export function addressBar(name, fields, present) {
  /** @type {number | null} */
  let timer = null;
  for (const field of fields) page.fields.add(field);
  page.present.set(name, present);

  function write() {
    timer = null;
    if (page.tab !== name) return;
    const query = new URLSearchParams(location.search);
    for (const field of page.fields) query.delete(field);
    if (name !== "explore") query.set("tab", name);
    for (const [field, value] of present()) query.append(String(field), String(value));
    if (page.generator) query.set("c", page.generator);
    const wanted = "?" + query.toString();
    if (wanted === location.search) return;
    try {
      history.replaceState(history.state, "", location.pathname + wanted + location.hash);
    } catch {
      timer = setTimeout(write, 1000); // too many changes: later
    }
  }

  page.addEventListener("tab", write);
  return () => {
    timer ??= setTimeout(write, 300);
  };
}

/** Open the page anew at its Explore tab.
 * @param {{ c?: string, [field: string]: any }} fields of the address; c: the generator, by default the chosen one */
export function openExplore({ c = page.generator, ...fields }) {
  const query = new URLSearchParams(fields);
  if (c) query.set("c", c);
  openAddress(query.toString());
}

/** The address of the tab on show as it is now, with the generator's name: what a picture that is saved there carries. */
export function pageAddress() {
  const fields = page.present.get(page.tab)?.() ?? [];
  const query = new URLSearchParams(page.tab === "explore" ? [] : [["tab", page.tab]]);
  for (const [field, value] of fields) query.append(String(field), String(value));
  query.set("c", page.generator || page.menu?.default || "");
  return query.toString();
}

/** Open the page anew at an address of ours. @param {string} address what follows the `?` */
export function openAddress(address) {
  const query = new URLSearchParams(address);
  const theme = new URLSearchParams(location.search).get("__theme");
  if (theme) query.set("__theme", theme);
  location.assign(`?${query}`);
}

/** The mailbox of a tab: 32 hex digits that nobody else has. */
export function newMailbox() {
  return crypto.getRandomValues(new Uint32Array(4)).reduce((name, part) => name + part.toString(16).padStart(8, "0"), "");
}

export function randomSeed() {
  return String(Math.floor(Math.random() * 100000));
}

/** @param {{ device?: string }} reply */
export function showDevice(reply) {
  const node = document.querySelector(".gx-device");
  if (node && node.textContent !== reply.device) node.textContent = reply.device ?? "";
}
