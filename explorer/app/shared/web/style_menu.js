// @ts-check
// The menu of the chosen generator's styles, for tabs that draw in one; it is not there where a generator has none.

import { createNode, ensureChildren, setText } from "./dom.js";
import { page } from "./page.js";
import { EACH, OPEN } from "./style.js";

/** Fill a menu with styles. @param {any} select
 * @param {string} style the chosen one; a mixture, which no menu lists, gets a line of its own
 * @param {[string, string][]} first what stands before the styles, as [value, text] */
export function showStyles(select, style, first = [["", OPEN], [EACH, "all styles"]]) {
  const named = page.styles.map((name) => [name, name]);
  const known = [...first, ...named].some(([value]) => value === style);
  const lines = known ? [...first, ...named] : [...first, [style, style], ...named];
  ensureChildren(select, lines.length, () => createNode("option")).forEach((option, i) => {
    option.value = lines[i][0];
    setText(option, lines[i][1]);
  });
  select.value = style;
}

/** The menu in a `label.gx-style-of`. @param {any} label @param {(style: string) => void} chosen
 * @param {[string, string][]} [first] what stands before the styles
 * @returns {(style: string, isShown?: boolean) => void} shows which is chosen */
export function styleMenu(label, chosen, first) {
  const select = label.querySelector("select");
  select.addEventListener("change", () => chosen(select.value));
  return (style, isShown = true) => {
    label.hidden = !isShown || !page.styles.length;
    showStyles(select, style, first);
  };
}
