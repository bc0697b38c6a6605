// @ts-check
// What the families of the compared generators are: a card each.

import { createNode, ensureChildren } from "../shared/web/dom.js";
import { compared } from "./generators.js";

/** @param {Compare} compare @param {(name: string) => string | undefined} familyOf the family of a generator */
export function familyCards(compare, familyOf) {
  const { find, state } = compare;
  function showFamilies() {
    const names = [...new Set(compared(state).map((name) => familyOf(name)))].filter((name) => Object.hasOwn(compare.offered.families, name));
    const cards = ensureChildren(find(".gc-families"), names.length, () => createNode("article", "gc-family-card"));
    find(".gc-families-head").hidden = !names.length;
    cards.forEach((card, i) => {
      if (card.dataset.family === names[i]) return;
      card.dataset.family = names[i];
      const row = compare.offered.families[names[i]];
      const terms = createNode("dl", "gc-objective");
      row.formulas.forEach((formula, d) => {
        const formulaNode = createNode("dd");
        formulaNode.innerHTML = formula; // ours, like the diagram: made from the table of families alone
        terms.append(createNode("dt", "", d ? "G minimises" : "D minimises"), formulaNode);
      });
      const diagram = createNode("div", "gc-diagram");
      diagram.innerHTML = row.diagram;
      card.replaceChildren(createNode("h3", "", row.title), createNode("p", "gc-soft", row.paper), diagram, terms, createNode("p", "gc-good", row.good), createNode("p", "gc-bad", row.bad));
    });
  }

  return { show: showFamilies };
}
