// @ts-check
// The Compare tab: which generators are compared, which of its two views is on show, and what the address says of that.

import { buttonGroup } from "../shared/web/controls.js";
import { createNode, ensureChildren, finder, GONE, setText } from "../shared/web/dom.js";
import { addressBar, openingAddress, page, randomSeed } from "../shared/web/page.js";
import { fitStyle } from "../shared/web/style.js";
import { chooser } from "./chooser.js";
import { familyCards } from "./families.js";
import { compared } from "./generators.js";
import { gridView } from "./grid.js";
import { plotsView } from "./plots.js";
import { sheetsView } from "./sheets.js";
import { FIELDS, MOST_COMPARED, parseState, restoredState, stateFields } from "./state.js";
import { measuring } from "./tables.js";

export { HELP } from "./help.js";

const WHAT = {
  side: "Generators next to each other: what they draw from the same latents, and what a judge finds when it measures all of them alike.",
  grid: "One picture for every pair of values: choose what changes along the x axis and along the y axis.",
};

/** @param {Mount<CompareServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const root = find(".gc");
  const state = parseState(openingAddress());
  const remember = addressBar("compare", { fields: FIELDS, present: () => stateFields(state), restore, shared });

  /** @type {Compare} */
  const compare = {
    ...{ find, root, server, state, remember, announce },
    offered: null,
    measured: null,
    colourOf: (place) => compare.offered.colours[place % compare.offered.colours.length],
    entryOf: (name) => compare.measured?.entries.find((entry) => entry.name === name),
  };
  const sheets = sheetsView(compare);
  const families = familyCards(compare, sheets.familyOf);
  const plots = plotsView(compare);
  const measures = measuring(compare, () => {
    sheets.show();
    plots.show();
  });
  const grid = gridView(compare);

  function restore(search, taken) {
    Object.assign(state, restoredState(search, taken));
    openView();
  }

  function shared() {
    const { w, s, psi, style, wt } = state;
    return { w: w || null, s, psi, style, wt: wt ?? "" };
  }

  function announce(text) {
    setText(find(".gc-status"), text);
  }

  function showView() {
    showViews(state.view);
    root.dataset.view = state.view;
    setText(find(".gx-what"), WHAT[state.view]);
    for (const view of root.querySelectorAll(".gc-view")) view.hidden = view.dataset.of !== state.view;
  }

  const showViews = buttonGroup(find(".gc-views"), (view) => {
    state.view = view;
    openView();
  });

  const choose = chooser(find(".gc-main"), MOST_COMPARED, (names) => {
    state.of = names;
    changed();
  });
  const showSamples = buttonGroup(find(".gc-samples"), (n) => {
    state.n = Number(n);
    changed();
  });

  async function changed() {
    if (!page.menu || !compare.offered || state.view !== "side") return;
    remember();
    announce("");
    const names = compared(state);
    choose(state.of.length ? state.of : names, (state.of.length ? state.of : names).map((name) => (names.includes(name) ? compare.colourOf(names.indexOf(name)) : null)));
    showSamples(state.n);
    find(".gc-few").hidden = state.n > 1000;
    measures.forgetOthers();
    measures.showProblems();
    measures.soon();
    await sheets.draw();
    families.show();
    if (!names.length) root.dataset.state = "empty";
  }

  function openView() {
    showView();
    remember();
    if (state.view === "side") changed();
    else {
      root.dataset.state = "drawn";
      if (page.menu) grid.show();
    }
  }

  find(".gc-shuffle").addEventListener("click", () => {
    state.s = randomSeed();
    remember();
    sheets.draw();
  });
  page.follow("menu", openView);
  page.follow("generator", () => {
    state.style = fitStyle(state.style, page.offer);
    if (page.menu) openView();
  });
  async function loadOffer() {
    for (let tries = 0; !compare.offered && tries < 20; tries++) {
      const reply = await server.offer({}).catch(() => null);
      if (reply?.ok) compare.offered = reply;
      else await new Promise((next) => setTimeout(next, 500));
    }
    if (!compare.offered) return announce(GONE);
    ensureChildren(find(".gc-samples"), compare.offered.samples.length, () => createNode("button")).forEach((button, i) => {
      [button.type, button.dataset.value] = ["button", compare.offered.samples[i]];
      setText(button, `${compare.offered.samples[i].toLocaleString("en")} samples`);
    });
    openView();
  }

  loadOffer();
}
