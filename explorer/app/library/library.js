// @ts-check
// The Library tab: what was kept, on a shelf that is searched; chosen pictures are compared, exported, deleted, brought back.

import { createNode, ensureChildren, finder, GONE, setLabel, setText, showNotes } from "../shared/web/dom.js";
import { saveBlob } from "../shared/web/downloads.js";
import { decodeBlob } from "../shared/web/live_canvas.js";
import { addressBar, newMailbox, page } from "../shared/web/page.js";
import { entryDialog, pairDialog } from "./entries.js";
import { FIELDS, parseState, stateFields } from "./state.js";

export { HELP } from "./help.js";

const REST = 200; // milliseconds without a key press after which it is searched
const LOOK = 5000; // milliseconds between two looks whether something changed elsewhere
const EMPTY = "Nothing is kept yet. A heart stands beside every picture, tile, walk and sum: press one.";

/** @param {Mount<LibraryServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const tab = newMailbox();
  const state = parseState(location.search);
  const remember = addressBar("library", { fields: FIELDS, present: () => stateFields(state), restore });
  /** @type {any[]} */
  let entries = []; // on the shelf
  let count = 0; // of all that were found
  /** @type {Map<string, any>} */
  const chosen = new Map();
  let asked = 0;
  let seen = ""; // of the last reply, to tell whether anything changed
  /** @type {number | undefined} */
  let resting;

  /** @param {(request: any) => Promise<any>} call @param {object} fields */
  async function ask(call, fields) {
    const reply = await call({ tab, ...fields }).catch(() => null);
    return reply ?? { ok: false, message: GONE };
  }

  const one = entryDialog({ find, ask, server, changed: refresh, download: saveEntry });
  const two = pairDialog({ find, ask, server });

  function wanted(start = 0) {
    const { search, kind, tags, trash } = state;
    return { search, kind, tags, trash, start };
  }

  // As many as are on the shelf already, from the first on.
  async function refresh() {
    const mine = ++asked;
    const most = entries.length;
    let reply = await ask(server.list, wanted());
    const found = reply.entries ?? [];
    while (mine === asked && reply.ok && found.length < Math.min(most, reply.count)) {
      reply = await ask(server.list, wanted(found.length));
      if (!reply.entries?.length) break;
      found.push(...reply.entries);
    }
    if (mine !== asked) return;
    if (!reply.ok) return fail(reply.message);
    show(reply, found);
  }

  async function more() {
    const mine = ++asked;
    const reply = await ask(server.list, wanted(entries.length));
    if (mine !== asked) return;
    if (!reply.ok) return fail(reply.message);
    const first = reply.entries[0]?.id;
    show(reply, [...entries, ...reply.entries]);
    find(`[data-id="${first}"] .gl-open-card`)?.focus();
  }

  function fail(message) {
    setText(find(".gl-count"), "");
    find(".gl-empty").hidden = false;
    setText(find(".gl-empty"), message);
    find(".gl-shelf").replaceChildren();
    [entries, seen] = [[], ""];
  }

  function show(reply, found) {
    const text = JSON.stringify([reply.count, reply.total, reply.tags, reply.left_out, found]);
    [entries, count] = [found, reply.count];
    if (text === seen) return;
    seen = text;
    const ids = new Set(found.map(({ id }) => id));
    for (const id of chosen.keys()) if (!ids.has(id)) chosen.delete(id);
    const some = state.search || state.kind || state.tags.length;
    const all = `${reply.total.toLocaleString("en")} picture${reply.total === 1 ? "" : "s"}${state.trash ? " in the trash" : ""}`;
    setText(find(".gl-count"), some ? `${reply.count.toLocaleString("en")} of ${all}` : all);
    find(".gl-empty").hidden = reply.count > 0;
    setText(find(".gl-empty"), reply.total ? "Nothing here is like that; search for less." : state.trash ? "The trash is empty." : EMPTY);
    showNotes(find(".gl-left-out"), [...reply.left_out, ...(reply.more_left_out ? [`And ${reply.more_left_out} more.`] : [])]);
    showTags(reply.tags);
    const cards = ensureChildren(find(".gl-shelf"), found.length, createCard);
    cards.forEach((card, i) => fillCard(card, found[i]));
    find(".gl-more").hidden = found.length >= count;
    showChosen();
  }

  function showTags(known) {
    const tags = [...new Set([...state.tags, ...known])];
    find(".gl-tags").hidden = !tags.length;
    ensureChildren(find(".gl-tags"), tags.length, () => Object.assign(createNode("button", "gx-chip"), { type: "button" })).forEach((chip, i) => {
      setText(chip, tags[i]);
      chip.dataset.tag = tags[i];
      chip.ariaPressed = String(state.tags.includes(tags[i]));
    });
  }

  function createCard() {
    const card = createNode("li", "gl-card");
    const open = Object.assign(createNode("button", "gl-open-card"), { type: "button" });
    const picture = createNode("img", "gl-thumb");
    [picture.alt, picture.draggable] = ["", false];
    const line = createNode("span", "gl-line");
    line.append(createNode("b"), createNode("span"), createNode("span"), createNode("i"));
    open.append(picture, line);
    const choose = createNode("label", "gl-choose");
    choose.append(Object.assign(createNode("input"), { type: "checkbox" }));
    card.append(open, choose);
    return card;
  }

  function fillCard(card, entry) {
    const [open, choose] = card.children;
    const [picture, line] = open.children;
    if (card.dataset.id !== entry.id || card.dataset.thumbnail !== String(entry.thumbnail.length)) {
      picture.src = entry.thumbnail ? `data:image/png;base64,${entry.thumbnail}` : "data:,";
      [card.dataset.id, card.dataset.thumbnail] = [entry.id, String(entry.thumbnail.length)];
    }
    const [word, facts, made, tags] = line.children;
    setText(word, entry.word);
    word.title = entry.word;
    setText(facts, [entry.kind, entry.seed === null ? "" : `seed ${entry.seed}`, entry.psi === 1 ? "" : `ψ ${entry.psi}`].filter(Boolean).join(" · "));
    setText(made, `${entry.generator} · ${entry.day}`);
    setText(tags, entry.tags.join(", "));
    const [box] = choose.children;
    setLabel(box, `Choose ${entry.word}, ${entry.kind} of ${entry.day}`);
    box.checked = chosen.has(entry.id);
    open.disabled = state.trash;
  }

  function showChosen() {
    const { size } = chosen;
    find(".gl-none").hidden = !size;
    setText(find(".gl-none"), `${size} chosen: deselect all`);
    find(".gl-compare").disabled = size !== 2;
    find(".gl-delete").disabled = find(".gl-restore").disabled = !size;
    find(".gl-export").disabled = !entries.length;
    find(".gl-compare").hidden = find(".gl-delete").hidden = find(".gl-export").hidden = state.trash;
    find(".gl-restore").hidden = !state.trash;
    find(".gl-trash").ariaPressed = String(state.trash);
    for (const box of find(".gl-shelf").querySelectorAll("input")) box.checked = chosen.has(box.closest(".gl-card").dataset.id);
  }

  // Another search begins with its first page.
  function search() {
    [entries, seen] = [[], ""];
    chosen.clear();
    remember();
    refresh();
  }

  function saveEntry(entry) {
    const word = entry.word.normalize("NFKD").replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
    saveBlob(decodeBlob(entry.png), `${word || entry.kind}-${entry.id}.png`);
  }

  // --- controls ------------------------------------------------------------------------------------------------------

  function showControls() {
    find(".gl-search").value = state.search;
    find(".gl-kind").value = state.kind;
  }

  function restore(address) {
    Object.assign(state, parseState(address));
    showControls();
    search();
  }

  showControls();
  find(".gl-search").addEventListener("input", (event) => {
    state.search = event.target.value;
    clearTimeout(resting);
    resting = setTimeout(search, REST);
  });
  find(".gl-kind").addEventListener("change", (event) => {
    state.kind = event.target.value;
    search();
  });
  find(".gl-trash").addEventListener("click", () => {
    state.trash = !state.trash;
    search();
  });
  find(".gl-tags").addEventListener("click", (event) => {
    const { tag } = event.target.dataset;
    if (!tag) return;
    state.tags = state.tags.includes(tag) ? state.tags.filter((other) => other !== tag) : [...state.tags, tag];
    search();
  });
  find(".gl-shelf").addEventListener("change", (event) => {
    const { id } = event.target.closest(".gl-card").dataset;
    const entry = entries.find((other) => other.id === id);
    if (event.target.checked && entry) chosen.set(id, entry);
    else chosen.delete(id);
    showChosen();
  });
  find(".gl-shelf").addEventListener("click", (event) => {
    if (event.target.closest(".gl-open-card")) one.open(event.target.closest(".gl-card").dataset.id);
  });
  find(".gl-none").addEventListener("click", () => {
    chosen.clear();
    showChosen();
    find(".gl-search").focus();
  });
  find(".gl-more").addEventListener("click", more);
  find(".gl-compare").addEventListener("click", () => two.open([...chosen.keys()]));
  find(".gl-delete").addEventListener("click", async () => {
    if (await page.keeper?.forget(...chosen.keys())) find(".gl-search").focus();
  });
  find(".gl-restore").addEventListener("click", async () => {
    if (await page.keeper?.restore(...chosen.keys())) find(".gl-trash").focus();
  });
  find(".gl-export").addEventListener("click", async () => {
    const ids = chosen.size ? [...chosen.keys()] : entries.map(({ id }) => id).slice(0, 1000);
    const reply = await ask(server.zip, { ids });
    if (!reply.ok) return page.keeper?.say(reply.message);
    saveBlob(decodeBlob(reply.file, "application/zip"), "library.zip");
    const left = count - ids.length;
    const rest = !chosen.size && left > 0 ? ` ${left.toLocaleString("en")} more are not on show yet; the command gan-explorer library export takes all.` : "";
    page.keeper?.say([`${ids.length - reply.left_out.length} pictures exported.${rest}`, ...reply.left_out].join(" "));
  });

  // --- what changes elsewhere ----------------------------------------------------------------------------------------

  page.addEventListener("kept", refresh);
  page.follow("tab", (name) => name === "library" && refresh());
  setInterval(() => page.tab === "library" && !document.hidden && !one.isOpen() && refresh(), LOOK);
}
