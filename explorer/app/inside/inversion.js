// @ts-check
// Inversion: what the generator would draw it from, and what that is called.

import { setText, showChips } from "../shared/web/dom.js";
import { saveBlob } from "../shared/web/downloads.js";
import { heartBeside } from "../shared/web/heart.js";
import { decodeBlob, paintPng } from "../shared/web/live_canvas.js";
import { nearness, spaceMeaning } from "../shared/web/own_picture.js";
import { openExplore, page } from "../shared/web/page.js";
import { fileName } from "../shared/web/parse.js";
import { drawingPad } from "./drawing_pad.js";

/** @param {Inside} inside */
export function inversionPart(inside) {
  const { find, announce, requestNow, taskMailbox, tasks } = inside;
  const paper = drawingPad(inside);
  let foundPicture = null;

  const part = {
    load: paper.load,
    title: "Inversion",
    lead: "The reverse of typing a word: draw something or choose a picture, and a search finds the latent and the word vector from which the generator draws it most nearly and, where it has a mapping network, a w for each layer (the space w+).",
    wordless: true,
    forget() {
      foundPicture = null;
      find(".gi-pair").hidden = find(".gi-found-about").hidden = true;
    },
  };

  async function findPicture() {
    const picture = await paper.picture();
    if (!picture) return announce("Draw something first, or choose a picture.");
    part.forget();
    const request = { ...requestNow(taskMailbox), w: "", work: "find", picture };
    const reply = await tasks.run(find(".gi-find-work"), request, ({ png }) => {
      if (!png) return;
      find(".gi-pair").hidden = false;
      find(".gi-sought").parentElement.hidden = true;
      setText(find(".gi-found-caption"), "The best so far");
      paintPng(find(".gi-found"), png);
    });
    if (!reply || request.c !== page.generator) return;
    foundPicture = { ...reply, blob: decodeBlob(reply.png) };
    heart.show();
    find(".gi-pair").hidden = find(".gi-found-about").hidden = find(".gi-sought").parentElement.hidden = false;
    setText(find(".gi-found-caption"), "Reconstruction");
    await Promise.all([paintPng(find(".gi-sought"), reply.sought), paintPng(find(".gi-found"), reply.png)]);
    const seen = reply.seen.length ? ` A judge sees ${page.nameOf(reply.seen[0][0])} in it.` : "";
    const nearest = page.ignoresWords ? "The" : `The nearest label is ${page.nameOf(reply.labels[0][0])}; the`;
    setText(find(".gi-found-say"), `${nearest} two pictures differ by ${reply.error} grey levels (${nearness(reply)}).${seen}`);
    const words = [reply.labels[0], ...reply.nearest].map(([near]) => near);
    showChips(find(".gi-found-words"), [...new Set(words)], "Open in Explore:", (word) => page.nameOf(word));
    setText(find(".gi-found-notes"), [spaceMeaning(reply), ...reply.notes].join(" "));
  }

  find(".gi-find").addEventListener("click", findPicture);
  find(".gi-found-download").addEventListener("click", () => {
    if (foundPicture) saveBlob(foundPicture.blob, fileName(`found ${page.subject(foundPicture.nearest[0]?.[0] ?? "")}`, "0", { generator: page.generator || page.menu?.default }));
  });
  const heart = heartBeside(find(".gi-found-download"), () => foundPicture && { png: foundPicture.blob, title: `found: ${page.subject(foundPicture.nearest[0]?.[0] ?? "")}` }, announce);
  find(".gi-found-words").addEventListener("click", (event) => {
    const chip = event.target.closest("[data-word]");
    if (!chip) return;
    openExplore({ w: chip.dataset.word });
  });

  return part;
}
