// @ts-check
// The Help panel: three things to try, which are done on the page itself, and what each tab is for.

import { createNode, ensureChildren, finder, setText } from "../shared/web/dom.js";
import { page, TABS } from "../shared/web/page.js";
import { tries } from "./tries.js";

/** @type {Record<string, string>} */
const ABOUT = {
  explore: "type a word, see pictures of it",
  walk: "interpolations from one word or picture to another",
  arithmetic: "sums of words and of pictures",
  map: "words laid out by what they are like",
  inside: "what units, latents and the discriminator learned",
  compare: "generators side by side, with figures",
  train: "make a generator of your own",
  library: "the pictures that you kept",
};

/** @param {Mount<{}>} component */
export function mount({ element }) {
  const find = finder(element);
  const dialog = find(".gh-dialog");

  function showTries() {
    const offered = tries();
    const items = ensureChildren(find(".gh-tries"), offered.length, () => {
      const item = createNode("li");
      const button = createNode("button");
      button.type = "button";
      button.append(createNode("b"), createNode("span"));
      item.append(button);
      return item;
    });
    items.forEach((item, i) => {
      const [title, about] = item.firstElementChild.children;
      setText(title, `${i + 1}. ${offered[i].title}`);
      setText(about, offered[i].about);
    });
  }

  function showTabs() {
    const shown = Object.keys(ABOUT).filter((name) => name !== "library" || !page.menu?.read_only);
    find(".gh-tabs").replaceChildren(...shown.flatMap((name) => [createNode("dt", "", TABS[name]), createNode("dd", "", ABOUT[name])]));
  }

  function open() {
    if (document.querySelector("dialog[open]")) return;
    setText(find(".gh-learned"), page.offer?.learned ?? "");
    showTries();
    showTabs();
    dialog.showModal();
  }

  /** @param {number} number */
  async function run(number) {
    const offered = tries();
    const seen = await offered[number].act();
    const next = number + 1 < offered.length ? "Next try" : "";
    page.keeper?.say(seen, next, () => run(number + 1));
  }

  page.addEventListener("help", open);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "?" || (typing && !typing.matches("[type=range], [type=checkbox]")) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  find(".gx-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (/** @type {Event} */ event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  find(".gh-tries").addEventListener("click", (/** @type {any} */ event) => {
    const item = event.target.closest("li");
    if (!item) return;
    dialog.close();
    run([...item.parentElement.children].indexOf(item));
  });
}
