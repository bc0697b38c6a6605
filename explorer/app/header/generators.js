// @ts-check
// All generators in a window: by the data that they learned from, a line on each family and its figures, and a filter. It
// opens in place of the menu's own list, which stays for those who choose by the arrow keys.

import { createNode } from "../shared/web/dom.js";
import { page } from "../shared/web/page.js";

/** @type {Record<Conditioning, (offer: Offer) => string>} */
const TAKES = {
  word: () => "takes the vector of any word",
  label: ({ labels }) => `takes ${labels.length > 1 ? `${labels.length === 64 ? "its" : labels.length} labels` : "its label"}`,
  codes: ({ codes }) => `takes ${codes.length || "its"} codes, no words`,
  nothing: () => "unconditional: takes a latent alone",
};

/** The generators by what they learned from, in the order in which they come.
 * @param {Offer[]} offers @returns {[string, Offer[]][]} */
export function byData(offers) {
  /** @type {Map<string, Offer[]>} */
  const groups = new Map();
  for (const offer of offers) groups.set(offer.data, [...(groups.get(offer.data) ?? []), offer]);
  return [...groups];
}

/** One line on a generator: its family, what it takes, how many styles. @param {Offer} offer */
export function aboutOffer(offer) {
  if (offer.error) return offer.error;
  const styles = offer.styles.length ? `${offer.styles.length} styles` : "";
  return [offer.family, TAKES[offer.conditioning](offer), styles].filter(Boolean).join(" · ");
}

/** Whether each word of a filter stands somewhere in what is said of it. @param {Offer} offer @param {string} filter */
export function isMeant(offer, filter) {
  const said = `${offer.name} ${offer.data} ${aboutOffer(offer)}`.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((part) => said.includes(part));
}

/** @param {any} dialog @param {any} select the menu */
export function generatorsWindow(dialog, select) {
  const filter = dialog.querySelector("input");
  const list = dialog.querySelector(".gx-generator-list");

  function show() {
    const offers = (page.menu?.checkpoints ?? []).filter((offer) => isMeant(offer, filter.value.trim()));
    const chosen = page.generator || page.menu?.default;
    list.replaceChildren(
      ...byData(offers).flatMap(([data, some]) => {
        const rows = createNode("ul");
        rows.append(
          ...some.map((offer) => {
            const button = createNode("button", "gx-generator-row");
            [button.type, button.dataset.name, button.disabled] = ["button", offer.name, Boolean(offer.error)];
            if (offer.name === chosen) button.setAttribute("aria-current", "true");
            button.append(createNode("b", "", offer.name), createNode("span", "", aboutOffer(offer)), createNode("i", "", offer.figures));
            const row = createNode("li");
            row.append(button);
            return row;
          }),
        );
        return [createNode("h3", "", data || "other data"), rows];
      }),
    );
    dialog.querySelector(".gx-generator-none").hidden = offers.length > 0;
  }

  function open() {
    filter.value = "";
    show();
    dialog.showModal();
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    filter.focus();
  }

  // A press on the menu opens this; on a phone too, where that is what a tap ends in.
  select.addEventListener("mousedown", (/** @type {MouseEvent} */ event) => {
    if (event.button) return;
    event.preventDefault();
    open();
  });
  select.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (!["Enter", " "].includes(event.key) && !(event.altKey && event.key === "ArrowDown")) return;
    event.preventDefault();
    open();
  });
  filter.addEventListener("input", show);
  filter.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "ArrowDown") list.querySelector("button:not(:disabled)")?.focus();
    if (event.key === "Enter") list.querySelector("button:not(:disabled)")?.click();
  });
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const rows = [...list.querySelectorAll("button:not(:disabled)")];
    (rows[rows.indexOf(document.activeElement) + step] ?? filter).focus();
  });
  list.addEventListener("click", (/** @type {any} */ event) => {
    const { name } = event.target.closest("button")?.dataset ?? {};
    if (!name) return;
    dialog.close();
    select.value = name;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  dialog.addEventListener("click", (/** @type {Event} */ event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  dialog.addEventListener("close", () => select.focus());
  dialog.querySelector(".gx-close").addEventListener("click", () => dialog.close());
  for (const name of /** @type {PageField[]} */ (["menu", "generator"])) page.addEventListener(name, () => dialog.open && show());
}

/** The same groups as a menu's own. @param {Offer[]} offers @param {(offer: Offer) => any} option makes one line */
export function groupedOptions(offers, option) {
  return byData(offers).map(([data, some]) => {
    const group = Object.assign(createNode("optgroup"), { label: data || "other data" });
    group.append(...some.map(option));
    return group;
  });
}
