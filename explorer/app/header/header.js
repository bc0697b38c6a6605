// @ts-check
// The header: the tabs, the menu of generators (by their data, broken ones with their sentence), and the word space that
// the chosen one brings.

import { createNode, finder, setText } from "../shared/web/dom.js";
import { page, TABS } from "../shared/web/page.js";
import { generatorsWindow, groupedOptions } from "./generators.js";
import { showNotices } from "./notices.js";
import { schemeSwitch } from "./scheme.js";
import { rememberWords } from "../shared/web/recent_words.js";
import "../shared/web/undo.js"; // Ctrl+Z on every tab

export { HELP } from "./help.js";

function option(value, text, title) {
  const node = createNode("option", "", text);
  node.value = value;
  if (title) [node.disabled, node.title] = [true, title];
  return node;
}

// How many pictures a training had seen at its last save; nothing for what was published.
function trained(kimg) {
  return typeof kimg !== "number" ? "" : ` · after ${Math.round(1000 * kimg).toLocaleString("en")}`;
}

/** @param {Mount<HeaderServer>} component */
export function mount({ element, server }) {
  const find = finder(element);

  for (const [name, title] of Object.entries(TABS)) {
    const button = createNode("button", "", title);
    button.type = "button";
    button.dataset.tab = name;
    find(".gx-tabs").append(button);
  }
  find(".gx-tabs").addEventListener("click", (event) => {
    if (event.target.dataset.tab) page.set("tab", event.target.dataset.tab);
  });
  page.follow("tab", (tab) => {
    for (const button of find(".gx-tabs").children) {
      if (button.dataset.tab === tab) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    if (tab !== "explore") setText(document.querySelector("title"), `${TABS[tab]} · GAN Explorer`);
  });

  async function loadMenu() {
    const reply = await server.menu({});
    if (reply) page.set("menu", reply);
  }

  function showMenu() {
    const { menu } = page;
    if (!menu) return;
    find("[data-tab=library]").hidden = menu.read_only; // there is none
    if (menu.read_only && page.tab === "library") page.set("tab", "explore");
    const chosen = page.generator || menu.default;
    const here = menu.checkpoints.find((listing) => listing.name === chosen);
    find(".gx-checkpoint").replaceChildren(
      ...(here ? [] : [option(chosen, chosen, "Not among the checkpoints found")]),
      ...groupedOptions(menu.checkpoints, ({ name, error, kimg }) => option(name, error ? `${name}: ${error}` : name + trained(kimg), error)),
    );
    find(".gx-checkpoint").value = chosen;
    find(".gx-words-of").hidden = page.ignoresWords || !here?.space;
    setText(find(".gx-space"), here?.space ?? "");
  }

  page.follow("menu", showMenu);
  page.follow("generator", showMenu);
  page.addEventListener("generator", () => {
    if (page.menu && page.generator && !page.offer) loadMenu(); // a training's, of which this menu knows nothing yet
  });
  find(".gx-checkpoint").addEventListener("change", (event) => {
    page.set("generator", event.target.value === page.menu.default ? "" : event.target.value);
  });
  find(".gx-refresh").addEventListener("click", async () => {
    await loadMenu();
    if (page.menu) find(".gx-found").textContent = `${page.menu.checkpoints.length} checkpoints found`;
  });
  find(".gx-open-help").addEventListener("click", () => page.dispatchEvent(new Event("help")));
  loadMenu();
  generatorsWindow(find(".gx-generators"), find(".gx-checkpoint"));
  schemeSwitch(find(".gx-scheme"));
  showNotices(find(".gx-notice"));
  rememberWords(() => page.ignoresWords);
}
