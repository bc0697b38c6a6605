// What all tabs of one page share: which of them is on show, which generator is chosen, and the address bar.

const TABS = { explore: "Explore", walk: "Walk", arithmetic: "Arithmetic", inside: "Inside", compare: "Compare", train: "Train" };
const LONGEST_NAME = 100;

function isDeaf(hears) {
  return ["nothing", "codes"].includes(hears);
}

class Page extends EventTarget {
  constructor() {
    super();
    const query = new URLSearchParams(location.search);
    const tab = query.get("tab") ?? "";
    this.tab = Object.hasOwn(TABS, tab) ? tab : "explore";
    this.generator = (query.get("c") ?? "").slice(0, LONGEST_NAME); // "" is the one the app was opened with
    this.menu = null; // what the generators and word spaces are, see menu.js
    this.fields = new Set(["tab", "c"]); // of the address, of all tabs opened so far
    // In a notebook's cell nothing may take the focus, and its scroll with it.
    this.alone = window.top === window;
  }

  // What the menu says of the chosen generator; undefined before it has come, and for one that it does not list.
  get offer() {
    const chosen = this.generator || this.menu?.default;
    return this.menu?.checkpoints.find(({ name }) => name === chosen);
  }

  // Whether its pictures are the same whatever is typed.
  get deaf() {
    return isDeaf(this.offer?.hears);
  }

  set(name, value) {
    if (this[name] === value) return;
    this[name] = value;
    this.dispatchEvent(new Event(name));
  }

  // Call `heard` now, where there is something to hear, and whenever it changes.
  follow(name, heard) {
    this.addEventListener(name, () => heard(this[name]));
    if (this[name] !== null) heard(this[name]);
  }
}

const page = (window.ganExplorer ??= new Page()); // each component is a script of its own

// A tab lies in a <template> until it is first shown: those that nobody opens cost nothing and ask for nothing.
function whenShown(element, name, start) {
  let begun = false;
  page.follow("tab", (tab) => {
    element.hidden = tab !== name;
    if (tab === name && !begun) {
      begun = true;
      element.append(element.querySelector("template").content);
      start();
    }
  });
}

// Browsers refuse more than some hundred changes of the address in a few seconds: at most three a second, last one always.
// name: of the tab, which leaves the address alone while another is on show. fields: all that it may write. present():
// what it writes now, as [field, value] pairs. Gives the function to call when something has changed.
function addressBar(name, fields, present) {
  let timer = null;
  for (const field of fields) page.fields.add(field);

  function write() {
    timer = null;
    if (page.tab !== name) return;
    const query = new URLSearchParams(location.search);
    for (const field of page.fields) query.delete(field);
    if (name !== "explore") query.set("tab", name);
    for (const [field, value] of present()) query.append(field, value);
    if (page.generator) query.set("c", page.generator);
    const wanted = "?" + query.toString();
    if (wanted === location.search) return;
    try {
      history.replaceState(history.state, "", location.pathname + wanted + location.hash);
    } catch (refused) {
      timer = setTimeout(write, 1000);
    }
  }

  page.addEventListener("tab", write);
  return () => {
    timer ??= setTimeout(write, 300);
  };
}

// The mailbox of a tab: 32 hex digits that nobody else has.
function newMailbox() {
  return crypto.getRandomValues(new Uint32Array(4)).reduce((name, part) => name + part.toString(16).padStart(8, "0"), "");
}
