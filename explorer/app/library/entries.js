// @ts-check
// One entry in a window, with its tags and its note; and two entries side by side.

import { createNode, setText } from "../shared/web/dom.js";
import { openAddress, page, TABS } from "../shared/web/page.js";
import { differences, parseTags } from "./state.js";

/** @param {any} dialog */
function closable(dialog) {
  dialog.querySelector(".gx-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (/** @type {any} */ event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
}

/** @param {any} picture an <img> @param {any} entry */
function showPicture(picture, entry) {
  picture.src = `data:image/png;base64,${entry.png}`;
  picture.alt = `${entry.kind} of ${entry.word}`;
}

/** @param {any} library what the tab shares: find, ask, server, changed(), download() */
export function entryDialog({ find, ask, server, changed, download }) {
  const dialog = find(".gl-dialog");
  /** @type {any} */
  let entry = null; // on show

  async function open(id) {
    const reply = await ask(server.entry, { id });
    if (!reply.ok) {
      page.keeper?.say(reply.message);
      changed();
      return;
    }
    entry = reply;
    showPicture(find(".gl-large"), entry);
    setText(find("#gl-word"), entry.word);
    const facts = [["Kind", entry.kind], ["Generator", entry.generator], ["Seed", entry.seed ?? "several"], ["ψ", entry.psi], ["Size", entry.size.join(" × ")], ["Kept", entry.day]];
    find(".gl-facts").replaceChildren(...facts.flatMap(([name, value]) => [createNode("dt", "", name), createNode("dd", "", String(value))]));
    find(".gl-own-tags").value = entry.tags.join(", ");
    find(".gl-note").value = entry.note;
    setText(find(".gl-recipe pre"), entry.recipe);
    showRecipes();
    if (!dialog.open) dialog.showModal();
  }

  function showRecipes() {
    const here = entry.recipes.filter(({ address }) => address !== null);
    const [first] = here;
    const several = entry.recipes.length > 1;
    const missing = entry.recipes.find(({ address }) => address === null);
    setText(find(".gl-say"), entry.trouble || (missing ? `It was drawn by ${missing.generator}, which is not among the generators here.` : ""));
    find(".gl-open").hidden = !first || several;
    setText(find(".gl-open"), first ? `Open in ${TABS[first.tab] ?? "Explore"}` : "");
    find(".gl-recipes").hidden = !several;
    find(".gl-recipes").replaceChildren(
      ...(several ? here : []).map(({ title, address, tab }) => {
        const item = createNode("li");
        const button = Object.assign(createNode("button", "gx-chip", title), { type: "button", title: `Open in ${TABS[tab] ?? "Explore"}` });
        button.addEventListener("click", () => openAddress(address));
        item.append(button);
        return item;
      }),
    );
  }

  async function change(fields) {
    const { id } = entry;
    const reply = await ask(server.change, { id, ...fields });
    if (entry?.id !== id) return;
    setText(find(".gl-say"), reply.ok ? "Saved." : reply.message);
    if (reply.ok) Object.assign(entry, { tags: reply.tags, note: reply.note });
    changed();
  }

  closable(dialog);
  find(".gl-own-tags").addEventListener("change", (event) => change({ tags: parseTags(event.target.value) }));
  find(".gl-note").addEventListener("change", (event) => change({ note: event.target.value }));
  find(".gl-open").addEventListener("click", () => {
    const first = entry.recipes.find(({ address }) => address !== null);
    if (first) openAddress(first.address);
  });
  find(".gl-download").addEventListener("click", () => download(entry));
  find(".gl-delete-one").addEventListener("click", async () => {
    if (await page.keeper?.forget(entry.id)) dialog.close();
  });

  return { open, isOpen: () => dialog.open };
}

/** @param {any} library what the tab shares: find, ask, server */
export function pairDialog({ find, ask, server }) {
  const dialog = find(".gl-two");
  closable(dialog);

  return {
    /** @param {string[]} ids two of them */
    async open(ids) {
      const replies = await Promise.all(ids.map((id) => ask(server.entry, { id })));
      const wrong = replies.find(({ ok }) => !ok);
      if (wrong) return page.keeper?.say(wrong.message);
      [...dialog.querySelectorAll("figure")].forEach((figure, i) => {
        showPicture(figure.querySelector("img"), replies[i]);
        setText(figure.querySelector("figcaption"), replies[i].word);
      });
      const rows = differences(replies[0], replies[1]).sort((a, b) => Number(a[3]) - Number(b[3]));
      dialog.querySelector("tbody").replaceChildren(
        ...rows.map(([name, left, right, same]) => {
          const row = createNode("tr");
          if (same) row.dataset.same = "";
          const head = Object.assign(createNode("th", "", name), { scope: "row" });
          const both = Object.assign(createNode("td", "", left || "–"), { colSpan: same ? 2 : 1 });
          row.append(head, both, ...(same ? [] : [createNode("td", "", right || "–")]));
          return row;
        }),
      );
      dialog.showModal();
      dialog.scrollTop = 0; // the button that has the focus is at its foot
    },
  };
}
