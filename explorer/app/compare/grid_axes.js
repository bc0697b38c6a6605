// @ts-check
// The two sides of a grid: what grows there, and its values, each kind with boxes that suit it.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { newMailbox, page } from "../shared/web/page.js";
import { chooser } from "./chooser.js";
import { compared } from "./generators.js";
import { MOST_COMPARED, MOST_VALUES, SIDES } from "./state.js";

const MOST_EPOCHS = 8; // pressed at first

/** @param {Compare} compare @param {() => void} changed called when more is known of the values */
export function gridAxes(compare, changed) {
  const { server, state } = compare;
  const mailbox = newMailbox();
  const KINDS = {
    psi: { title: "ψ, the truncation", values: () => ["0", "0.25", "0.5", "0.75", "1"], hint: "Numbers from 0 to 1.5, with commas between them" },
    word: { title: "word", values: () => page.examples.slice(0, 5), hint: "Words or sums of words, with commas between them" },
    style: { title: "style", values: () => page.styles, hint: "Styles or mixtures such as noto + 0.5*doodle, with commas between them" },
    seed: { title: "random seed", values: () => ["0-7"], hint: "Seeds with commas between them, or a span such as 0-7" },
    checkpoint: { title: "generator", values: () => compared(state) },
    epoch: { title: "snapshot of a training", values: () => usualEpochs() },
  };
  let epochs = { of: "", kept: null }; // of a training: after which kimg it kept a snapshot; null: not known yet

  function valuesOf(side) {
    return state[`${side}v`].length ? state[`${side}v`] : (KINDS[state[side]]?.values() ?? []);
  }

  // The training whose epochs are meant: the header's, or the first of those along the other side.
  function trainingName() {
    const side = SIDES.find((other) => state[other] === "checkpoint");
    return (side && valuesOf(side)[0]) || page.generator || page.menu?.default || "";
  }

  function usualEpochs() {
    const kept = epochs.kept ?? [];
    const step = Math.max(1, (kept.length - 1) / (MOST_EPOCHS - 1));
    const places = kept.length > MOST_EPOCHS ? Array.from({ length: MOST_EPOCHS }, (_, i) => Math.round(i * step)) : kept.keys();
    return [...places].map((place) => String(kept[place]));
  }

  async function loadEpochs() {
    const of = trainingName();
    if (!SIDES.some((side) => state[side] === "epoch") || epochs.of === of) return;
    epochs = { of, kept: null };
    const reply = await server.epochs({ tab: mailbox, c: of }).catch(() => null);
    if (epochs.of !== of) return;
    epochs.kept = reply?.ok ? reply.epochs : [];
    changed();
  }

  // The values of one side in what suits its kind. chosen(values): called when somebody changed them.
  function valueBoxes(parent, chosen) {
    const text = createNode("input", "gx-box gc-text");
    text.maxLength = 2000;
    text.addEventListener("input", () => chosen(text.value.split(",").map((value) => value.trim()).filter(Boolean).slice(0, MOST_VALUES)));
    const list = createNode("ul", "gc-chosen");
    const choose = chooser(list, MOST_COMPARED * 2, chosen);
    const toggles = createNode("div", "gc-epochs");
    toggles.role = "group";
    const none = createNode("p", "gc-soft");
    parent.append(text, list, toggles, none);
    toggles.addEventListener("click", (event) => {
      const { value } = event.target.dataset;
      if (value === undefined) return;
      const now = [...toggles.children].filter((toggle) => (toggle.ariaPressed === "true") !== (toggle.dataset.value === value));
      if (now.length) chosen(now.map((toggle) => toggle.dataset.value));
    });

    return (kind, values) => {
      text.hidden = !KINDS[kind]?.hint;
      list.hidden = kind !== "checkpoint";
      toggles.hidden = none.hidden = kind !== "epoch";
      if (!text.hidden) {
        [text.title, text.placeholder] = [KINDS[kind].hint, KINDS[kind].hint];
        setLabel(text, `Values of ${KINDS[kind].title}`);
        if (document.activeElement !== text) text.value = values.join(", ");
      }
      if (kind === "checkpoint") choose(values);
      if (kind !== "epoch") return;
      const kept = (epochs.kept ?? []).map(String);
      ensureChildren(toggles, kept.length, () => {
        const button = createNode("button");
        button.type = "button";
        return button;
      }).forEach((button, i) => {
        button.dataset.value = kept[i];
        setText(button, kept[i]);
        setLabel(button, `After ${kept[i]} kimg`);
        button.ariaPressed = String(values.includes(kept[i]));
      });
      setText(none, epochs.kept === null ? "" : kept.length ? `kimg: thousands of real images that ${epochs.of} had seen.` : `${epochs.of} kept no snapshots. Choose a training that did, or set “Snapshots” when you train.`);
    };
  }

  return { KINDS, valuesOf, valueBoxes, loadEpochs, areEpochsKnown: () => epochs.kept !== null };
}
