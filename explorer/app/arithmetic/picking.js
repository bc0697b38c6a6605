// @ts-check
// Sums of pictures: tiles are clicked into terms; the mean of each term's latents is added or taken away.

import { buttonGroup } from "../shared/web/controls.js";
import { fillTrack, setLabel, setText } from "../shared/web/dom.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { newMailbox, page } from "../shared/web/page.js";
import { tileButtons } from "../shared/web/tiles.js";
import { offerUndo } from "../shared/web/undo.js";
import { operandPictures } from "./operands.js";
import { MOST_TILES, TERMS } from "./state.js";

const FEWEST = 3;

/** @param {Arithmetic} arithmetic */
export function pictureSumView({ find, server, state, set, changed, showDrawn, refused, showSlow, fit, drawnNow }) {
  const [mailbox, outcomeMailbox] = [newMailbox(), newMailbox()];
  let term = "plus";
  const showOperands = operandPictures();
  const grid = livePicture({ canvas: find(".gx-picking"), draw: server.live, painted: showPicks, refused, waiting: showSlow });
  const outcome = livePicture({ canvas: find(".gx-nine"), draw: server.sum, painted: showOutcome, refused, waiting: showSlow });
  const showTerm = buttonGroup(find(".gx-terms"), (chosen) => {
    term = chosen;
    showPictures();
  });
  const picks = tileButtons(find(".gx-picks"), (index) => {
    const name = `${state.s}.${index}`;
    const holder = termOf(name);
    if (holder) state[holder] = state[holder].filter((other) => other !== name);
    if (holder !== term) state[term] = [...state[term], name].slice(-MOST_TILES);
    changed();
  });

  function termOf(name) {
    return Object.keys(TERMS).find((other) => state[other].includes(name));
  }

  function chosenTerms() {
    return Object.entries(TERMS).filter(([name]) => state[name].length).map(([name, sign]) => [sign, state[name]]);
  }

  function word() {
    return page.ignoresWords ? "" : state.w;
  }

  function pictureSumRequest() {
    const { noise } = state;
    return { tab: outcomeMailbox, c: page.generator, w: word(), s: "0", ...drawnNow(), noise, terms: chosenTerms() };
  }

  function hint() {
    const terms = chosenTerms();
    if (!terms.length) return `Click ${FEWEST} pictures on the left that have something in common, then choose the next term.`;
    const short = Object.keys(TERMS).filter((name) => state[name].length && state[name].length < FEWEST);
    if (!short.length) return "";
    const missing = FEWEST - state[short[0]].length;
    const ordinal = { plus: "first", minus: "second", more: "third" }[short[0]];
    return `The ${ordinal} term needs ${missing} more picture${missing > 1 ? "s" : ""}: a single one would add all its accidents.`;
  }

  function showPictures() {
    fit(find(".gx-pickword"), state.w);
    showTerm(term);
    for (const button of find(".gx-terms").children) setText(button.querySelector("i"), String(state[button.dataset.value].length || ""));
    markPicks();
    const variation = find(".gx-variation");
    variation.value = state.noise;
    fillTrack(variation);
    setText(find(".gx-variation-out"), state.noise.toFixed(2));
    grid.update({ tab: mailbox, c: page.generator, what: "grid", w: word(), s: state.s, ...drawnNow() });
    const open = hint();
    setText(find(".gx-hint"), open);
    const ready = !open;
    find(".gx-outcome").hidden = !ready;
    find(".gx-lines").hidden = !ready;
    if (ready) outcome.update(pictureSumRequest());
  }

  function markPicks() {
    [...find(".gx-picks").children].forEach((button, i) => {
      const holder = termOf(`${state.s}.${i}`);
      button.dataset.term = holder ?? "";
      if (holder) button.dataset.sign = TERMS[holder] < 0 ? "−" : "+";
      else delete button.dataset.sign;
      setLabel(button, `${page.subject(state.w)}, picture ${i + 1}${holder ? `, in the term ${holder}` : ""}`);
    });
  }

  function showPicks(reply, request) {
    showDrawn(reply);
    picks.fit(reply, page.subject(request.w), () => false);
    markPicks();
  }

  function showOutcome(reply) {
    showDrawn(reply);
    showOperands(find(".gx-lines"), reply, (operand, i) => (operand.weight < 0 ? "−" : i ? "+" : ""));
    setLabel(find(".gx-nine"), "The sum in the middle, and eight variations");
  }

  find(".gx-pickword").addEventListener("input", (event) => set({ w: event.target.value.slice(0, 200) }));
  find(".gx-clear").addEventListener("click", () => {
    term = "plus";
    const some = chosenTerms().length > 0;
    set({ plus: [], minus: [], more: [] });
    if (some) offerUndo("All terms are empty.");
  });
  find(".gx-variation").addEventListener("input", (event) => set({ noise: Number(event.target.value) }));

  return { show: showPictures, request: pictureSumRequest };
}
