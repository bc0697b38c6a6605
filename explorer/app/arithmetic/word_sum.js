// @ts-check
// Sums of words: each term's own pictures, and below what their sum looks like.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { newMailbox, page } from "../shared/web/page.js";
import { listed, operandPictures } from "./operands.js";

/** @param {Arithmetic} arithmetic */
export function wordSumView({ find, server, state, set, showDrawn, refused, showSlow, announce, drawnNow }) {
  const showOperands = operandPictures();
  const mailbox = newMailbox();
  const summed = livePicture({ canvas: find(".gx-result"), draw: server.sum, painted: showSum, refused, waiting: showSlow });
  const sumRequest = () => ({ tab: mailbox, c: page.generator, w: state.sum, s: state.s, ...drawnNow() });

  function showSum(reply, request) {
    showDrawn(reply);
    showOperands(find(".gx-grids"), reply);
    setText(find(".gx-summed"), request.w);
    const words = ensureChildren(find(".gx-words"), reply.nearest.length, () => {
      const item = createNode("li");
      item.append(createNode("span"), createNode("i"), createNode("b"));
      return item;
    });
    words.forEach((item, i) => {
      const [word, cosine] = reply.nearest[i];
      const [name, bar, number] = item.children;
      setText(name, word);
      bar.style.setProperty("--share", `${Math.max(0, Math.min(1, cosine)) * 100}%`);
      setText(number, cosine.toFixed(2));
    });
    setText(find(".gx-far-sentence"), [reply.far, ...reply.hints].join(" "));
    setText(find(".gx-drawn-as"), reply.seen);
    setLabel(find(".gx-result"), `${reply.count} pictures of ${request.w}`);
    announce(`${request.w}: near ${listed(reply.nearest.slice(0, 3))}`);
  }

  find(".gx-expression").addEventListener("input", (event) => set({ sum: event.target.value.slice(0, 200) }));
  find(".gx-tries").addEventListener("click", (event) => {
    const { word } = event.target.closest("[data-word]")?.dataset ?? {};
    if (word) set({ sum: word });
  });

  return { show: () => summed.update(sumRequest()), request: sumRequest };
}
