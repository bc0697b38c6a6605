// @ts-check
// Where a component's script begins: each folder of the app has one named as itself, which exports mount(), and HELP
// where its controls are explained.

import { explain } from "./explain.js";
import { page } from "./page.js";

/** A tab lies in a <template> until it is first shown: those that nobody opens cost nothing and ask for nothing.
 * @param {string} name @param {Element} element @param {any} server */
export function mountTab(name, element, server) {
  let begun = false;
  page.follow("tab", (tab) => {
    /** @type {HTMLElement} */ (element).hidden = tab !== name;
    if (tab !== name || begun) return;
    begun = true;
    mount(name, element, server);
  });
}

/** @param {string} name @param {Element} element @param {any} server */
export async function mount(name, element, server) {
  try {
    const script = await import(`../../${name}/${name}.js`);
    const template = element.querySelector("template");
    if (template) element.append(template.content);
    script.mount({ element, server });
    const sheet = element.querySelector(".gx-sheet");
    if (script.HELP && sheet) explain(/** @type {HTMLElement} */ (sheet), script.HELP);
  } catch (broken) {
    console.error(broken);
    element.append("The scripts of this page did not arrive; reload the page.");
  }
}
