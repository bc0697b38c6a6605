// @ts-check
// What is wrong with the address that the page was opened with, said at its head: a generator that is not here, and
// values that are out of their range.

import { createNode, setText } from "../shared/web/dom.js";
import { rangeSentence, SEED_RANGE } from "../shared/web/invalid.js";
import { page } from "../shared/web/page.js";
import { parseSeed } from "../shared/web/parse.js";

/** @type {[string, string, number, number][]} */
const RANGES = [["psi", "The truncation psi", 0, 1.5], ["wt", "Word truncation", 0, 1], ["j", "Word jitter", 0, 1], ["t", "The temperature", 0.01, 1]];
const LONGEST = 40; // letters of a value that is repeated

/** What no control can show of an address, a sentence each. @param {string} search */
export function wrongInAddress(search) {
  const query = new URLSearchParams(search);
  const wrong = [];
  const said = (/** @type {string} */ value) => `“${value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value}”`;
  const seed = query.get("s");
  if (seed !== null && parseSeed(seed) === null) wrong.push(`The address has the seed ${said(seed)}, so 0 is used. ${SEED_RANGE}`);
  for (const [field, name, low, high] of RANGES) {
    const value = query.get(field);
    if (value === null) continue;
    const number = Number(value);
    if (value.trim() && number >= low && number <= high) continue;
    const used = value.trim() && Number.isFinite(number) ? "the nearest that there is is used" : "the usual one is used";
    wrong.push(`The address has ${field} = ${said(value)}, so ${used}. ${rangeSentence(name, low, high, false)}`);
  }
  return wrong;
}

/** @param {any} box */
export function showNotices(box) {
  const wrong = wrongInAddress(location.search);

  function show() {
    const unknown = Boolean(page.menu && page.generator && !page.offer);
    const texts = [...(unknown ? [`There is no generator “${page.generator}” here.`] : []), ...wrong];
    box.hidden = !texts.length;
    box.replaceChildren(...texts.map((text) => createNode("span", "", text)));
    if (!texts.length) return;
    if (unknown) {
      const button = createNode("button", "gx-chip", "");
      button.type = "button";
      setText(button, `Use ${page.menu?.default}`);
      button.addEventListener("click", () => page.set("generator", ""));
      box.firstChild.after(button);
    }
    if (!wrong.length) return;
    const away = createNode("button", "gx-away", "×");
    [away.type, away.ariaLabel] = ["button", "Hide what was said of the address"];
    away.addEventListener("click", () => {
      wrong.length = 0;
      show();
    });
    box.append(away);
  }

  page.follow("menu", show);
  page.addEventListener("generator", show);
  show();
}
