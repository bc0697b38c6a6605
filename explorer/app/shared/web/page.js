// @ts-check
// What all tabs of one page share: which of them is on show, which generator is chosen, and the address bar.
//
// Every step is an entry of the browser's history: what a person does at one go (a word typed, a chip, a drag, another
// tab or generator) is one, and Back shows a tab as its address says, without a reload. The word, the seed and what
// pictures are drawn with go along from tab to tab; where an address cannot say them, they lie beside it in the entry.

import { followGestures, gesture } from "./gestures.js";
import { ignoresWords } from "./parse.js";

/** @type {Record<string, string>} */
export const TABS = { explore: "Explore", walk: "Walk", arithmetic: "Arithmetic", map: "Map", inside: "Inside", translate: "Translate", compare: "Compare", train: "Train", library: "Library" };
const LONGEST_NAME = 100;
const SHARED = ["w", "s", "psi", "style", "wt", "k"]; // fields of the address that go along from tab to tab
const PACE = 300; // milliseconds between two writes: browsers refuse more than some hundred in a few seconds
const FRESH = 2500; // milliseconds after which a change is no longer what a person just did

/** Which tab an address opens, and with which generator. @param {URLSearchParams} query */
function chosenIn(query) {
  const tab = query.get("tab") ?? "";
  return { tab: Object.hasOwn(TABS, tab) ? tab : "explore", generator: (query.get("c") ?? "").slice(0, LONGEST_NAME) };
}

class Page extends EventTarget {
  constructor() {
    super();
    const { tab, generator } = chosenIn(new URLSearchParams(location.search));
    this.tab = tab;
    this.generator = generator; // "" is the one the app was opened with
    /** @type {Menu | null} */
    this.menu = null; // what the generators and word spaces are, see header.js
    this.fields = new Set(["tab", "c"]); // of the address, of all tabs opened so far
    /** @type {Map<string, TabAddress>} */
    this.addresses = new Map(); // by tab
    /** @type {Record<string, string>} */
    this.common = storedCommon(); // the fields that go along, as the tabs left them
    /** @type {Keeper | null} */
    this.keeper = null; // what keeps pictures, see recipes.js
    /** @type {File | null} */
    this.sought = null; // a picture that was dropped, to be found on the Inside tab
    /** @type {Blob | null} */
    this.given = null; // one that is to be translated
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

  /** What a label of the chosen generator is called: its word, unless it has a name of its own. @param {string} label */
  nameOf(label) {
    const names = this.offer?.names ?? {};
    return Object.hasOwn(names, label) ? names[label] : label;
  }

  /** The words to try with the chosen generator. */
  get examples() {
    return this.offer?.examples ?? [];
  }

  /** What pictures are of, in a sentence: their word, or the generator where words do nothing. @param {string} word */
  subject(word) {
    return this.ignoresWords ? (this.offer?.name ?? "") : word;
  }

  /** A word to begin with, since a label may be anything. @returns {string | undefined} */
  get firstExample() {
    return this.examples.find((text) => /^[\p{L}\p{N} ]+$/u.test(text));
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

/** What lies beside the address in the present entry. @returns {Record<string, string>} */
function storedCommon() {
  const stored = history.state?.explorer ?? {};
  const query = new URLSearchParams(location.search);
  const fields = SHARED.map((name) => [name, stored[name] ?? query.get(name)]);
  return Object.fromEntries(fields.filter(([, value]) => typeof value === "string"));
}

/** What the tab on show opens with: its address, with the fields that go along where it says none; coming from another
 * tab, the address is still that one's, and they take the place of its own. */
export function openingAddress() {
  const query = new URLSearchParams(location.search);
  const isOwn = chosenIn(query).tab === page.tab;
  for (const [name, value] of Object.entries(page.common)) {
    if (isOwn && query.has(name)) continue;
    if (value) query.set(name, value);
    else query.delete(name);
  }
  return `?${query}`;
}

/** The word that a tab begins with where the address names none: till somebody types another, one that suits the
 * generator. To be called before `addressBar`, by which the word of the tab goes along.
 * @param {{ w: string }} state @returns {() => boolean} sets `state.w` anew; whether it still is a word to begin with */
export function beginningWord(state) {
  /** @type {string | null} */
  let untouched = new URLSearchParams(openingAddress()).has("w") ? null : state.w;
  return () => {
    if (untouched !== state.w) untouched = null;
    if (untouched !== null) untouched = state.w = page.firstExample ?? untouched;
    return untouched !== null;
  };
}

// --- the address bar ---------------------------------------------------------------------------------------------------

/** @type {number | null} */
let timer = null;
let written = 0; // when
let entry = 0; // the gesture that the present entry is of
let isDue = false; // a person changed something: a new entry, however late it is written or another tab's script comes
let isFollowing = false; // the tabs are being shown what the address says
let here = page.tab;
/** @type {Map<string, { own: Record<string, string>, common: Record<string, string> }>} */
const bases = new Map(); // by tab: its fields that go along when it came on show, and those of all then

/** Keep a tab's state in the address bar: at most three changes a second, the last one always.
 * @param {string} name @param {TabAddress} tab @returns {() => void} to be called when something has changed */
export function addressBar(name, tab) {
  for (const field of tab.fields) page.fields.add(field);
  page.addresses.set(name, tab);
  if (chosenIn(new URLSearchParams(location.search)).tab === name) Object.assign(page.common, sharedBy(name));
  settle(name);
  if (page.tab === name) writeSoon();
  return () => {
    if (page.tab === name) writeSoon();
  };
}

function writeSoon() {
  isDue ||= gesture.number !== entry && performance.now() - gesture.at < FRESH; // told now, as the write may come late
  timer ??= setTimeout(write, PACE);
}

function write() {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  const own = page.addresses.get(page.tab);
  if (!own) return; // its script is still to come
  gather(page.tab);
  const query = new URLSearchParams(location.search);
  for (const field of page.fields) query.delete(field);
  if (page.tab !== "explore") query.set("tab", page.tab);
  for (const [field, value] of own.present()) query.append(String(field), String(value));
  if (page.generator) query.set("c", page.generator);
  const wanted = `?${query}`;
  const isNew = wanted !== location.search && isDue;
  const stored = { ...history.state, explorer: { ...page.common, step: stepNumber() + Number(isNew) } };
  if (wanted === location.search && JSON.stringify(stored) === JSON.stringify(history.state)) {
    isDue = false;
    return;
  }
  try {
    if (isNew) history.pushState(stored, "", location.pathname + wanted + location.hash);
    else history.replaceState(stored, "", location.pathname + wanted + location.hash);
    written = performance.now();
    if (isNew) entry = gesture.number;
    isDue = false;
  } catch {
    timer = setTimeout(write, 1000); // too many changes: later
  }
}

/** How many entries of ours there are before this one. @returns {number} */
export function stepNumber() {
  return history.state?.explorer?.step ?? 0;
}

/** What was written before belongs to the entry before. */
function finishEntry() {
  if (timer !== null && performance.now() - written > PACE / 3) write();
}

/** What a tab has of the fields that go along. @param {string} name @returns {Record<string, string>} */
function sharedBy(name) {
  const shared = Object.entries(page.addresses.get(name)?.shared?.() ?? {});
  return Object.fromEntries(shared.filter(([, value]) => value !== null).map(([field, value]) => [field, String(value)]));
}

/** Let go along what a tab has changed of these fields, since it was opened. @param {string} name */
function gather(name) {
  const base = bases.get(name);
  for (const [field, value] of Object.entries(sharedBy(name))) {
    if (value !== base?.own[field] || page.common[field] === undefined) page.common[field] = value;
  }
}

/** From now on only what is changed counts. @param {string} name */
function settle(name) {
  bases.set(name, { own: sharedBy(name), common: { ...page.common } });
}

/** Show a tab, which was on show before, what was changed in others meanwhile. @param {string} name */
function enter(name) {
  const [tab, base] = [page.addresses.get(name), bases.get(name)];
  if (!tab || !base) return;
  const own = tab.shared?.() ?? {};
  const { common } = page;
  const taken = Object.keys(own).filter((field) => common[field] !== undefined && common[field] !== base.common[field] && common[field] !== String(own[field] ?? ""));
  if (taken.length) {
    const query = new URLSearchParams(tab.present().map(([field, value]) => [String(field), String(value)]));
    if (name !== "explore") query.set("tab", name);
    for (const field of taken) {
      if (common[field]) query.set(field, common[field]);
      else query.delete(field);
    }
    tab.restore(`?${query}`, taken);
  }
  settle(name);
}

/** Show what the address says, as after Back. */
function followAddress() {
  if (timer !== null) clearTimeout(timer);
  [timer, isDue, entry, isFollowing] = [null, false, gesture.number, true];
  gesture.at = -Infinity; // what is done next is another one
  for (const dialog of document.querySelectorAll("dialog")) if (dialog.open) dialog.close();
  const { tab, generator } = chosenIn(new URLSearchParams(location.search));
  page.common = storedCommon();
  page.set("generator", generator);
  page.set("tab", tab);
  page.addresses.get(tab)?.restore(location.search, []);
  isFollowing = false;
  Object.assign(page.common, sharedBy(tab));
  settle(tab);
  writeSoon();
}

page.addEventListener("tab", () => {
  const before = here;
  here = page.tab;
  if (isFollowing) return;
  gather(before);
  settle(before);
  isDue ||= performance.now() - gesture.at < FRESH;
  queueMicrotask(() => {
    enter(here);
    write();
  });
});
page.addEventListener("generator", () => {
  if (isFollowing) return;
  isDue ||= performance.now() - gesture.at < FRESH;
  writeSoon();
});
addEventListener("popstate", followAddress);
followGestures(finishEntry);

/** Go to the Explore tab.
 * @param {{ c?: string, [field: string]: any }} fields of the address; c: the generator, by default the chosen one
 * @param {boolean} [isAnew] as in `openAddress` */
export function openExplore({ c = page.generator, ...fields }, isAnew = false) {
  const query = new URLSearchParams(fields);
  if (c) query.set("c", c);
  openAddress(query.toString(), isAnew);
}

/** The address of the tab on show as it is now, with the generator's name: what a picture that is saved there carries. */
export function pageAddress() {
  const fields = page.addresses.get(page.tab)?.present() ?? [];
  const query = new URLSearchParams(page.tab === "explore" ? [] : [["tab", page.tab]]);
  for (const [field, value] of fields) query.append(String(field), String(value));
  query.set("c", page.generator || page.menu?.default || "");
  return query.toString();
}

/** Go to an address of ours. @param {string} address what follows the `?`
 * @param {boolean} [isAnew] load the page again, and with it whatever other tabs have drawn with an older save */
export function openAddress(address, isAnew = false) {
  finishEntry();
  gather(page.tab);
  settle(page.tab);
  const query = new URLSearchParams(address);
  const theme = new URLSearchParams(location.search).get("__theme");
  if (theme) query.set("__theme", theme);
  if (isAnew) return location.assign(`?${query}`);
  history.pushState({ ...history.state, explorer: { ...page.common, step: stepNumber() + 1 } }, "", `${location.pathname}?${query}`);
  followAddress();
  scrollTo(0, 0);
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
