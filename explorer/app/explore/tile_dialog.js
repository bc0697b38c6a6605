// @ts-check
// One tile in a dialog: larger, its noise kept for other words, downloaded; and the download of the whole grid.

import { savePicture } from "../shared/web/downloads.js";
import { heartBeside } from "../shared/web/heart.js";
import { fileName } from "../shared/web/parse.js";
import { paintLarge } from "../shared/web/tiles.js";
import { withTile } from "./recipe.js";
import { MOST_KEPT } from "./state.js";
import { tileAbout } from "./word_truncation.js";

/** @param {any} explore what the tab shares: find, server, state, mailbox, word, last(), nameOf(), subject(), focusTile(), leaveKept(), changed(), announce() */
export function tileDialog({ find, server, state, mailbox, word, last, nameOf, subject, focusTile, leaveKept, changed, announce }) {
  let opened = -1; // the tile on show

  const dialog = find(".gx-dialog");

  function openTile(index) {
    if (!last()) return;
    opened = index;
    const kept = state.kept.includes(nameOf(index));
    const [seed, place] = nameOf(index).split(".");
    paintLarge(find(".gx-large"), last().reply, index);
    const name = subject(last().reply, last().request);
    find(".gx-large").setAttribute("aria-label", `Picture ${index + 1} of ${name}, larger`);
    find("#gx-dialog-title").textContent = name;
    const about = tileAbout(last().reply, index);
    const own = seed === "own"; // latents of a recipe, which have no name to be kept under
    find(".gx-which").textContent = `${own ? "Its own latents" : `Seed ${seed}`}, picture ${Number(place) + 1}${about && `: ${about}`}`;
    find(".gx-keep").hidden = find(".gx-tip").hidden = own;
    find(".gx-keep").textContent = kept ? "Let this z go" : "Keep this z";
    if (!dialog.open) dialog.showModal();
    heart.show();
  }

  dialog.addEventListener("close", () => {
    if (dialog.open) return; // this event comes late: by now another tile may have been opened
    const index = opened;
    opened = -1;
    if (dialog.returnValue !== "kept") focusTile(index);
    dialog.returnValue = "";
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && opened + step >= 0 && opened + step < last().reply.count) openTile(opened + step);
  });
  find(".gx-close").addEventListener("click", () => dialog.close());
  find(".gx-keep").addEventListener("click", () => {
    const name = nameOf(opened);
    if (state.kept.includes(name)) {
      state.kept = state.kept.filter((other) => other !== name);
      if (!state.kept.length) leaveKept();
    } else {
      state.kept = [...state.kept, name].slice(-MOST_KEPT);
      state.view = "kept";
    }
    dialog.close("kept");
    word.focus();
    word.select();
    changed();
  });

  function named(request) {
    return `${subject(last().reply, request)} ${request.style ?? ""}`;
  }

  function save(request, name) {
    savePicture(server.draw, { ...request, tab: mailbox }, name, ({ message }) => announce(message));
  }

  // The request for the tile on show alone.
  function tileRequest() {
    const { n, ...request } = last().request;
    const recipe = JSON.parse(request.r ?? "{}");
    return recipe.latents ? { ...request, r: JSON.stringify(withTile(recipe, opened)) } : { ...request, z: [nameOf(opened)] };
  }

  find(".gx-tile-download").addEventListener("click", () => {
    const request = tileRequest();
    save(request, fileName(named(request), nameOf(opened).replace(".", "-")));
  });
  const say = (/** @type {string} */ text) => announce(text);
  const heart = heartBeside(find(".gx-tile-download"), () => (last() && opened >= 0 ? { draw: server.draw, request: { ...tileRequest(), tab: mailbox } } : null), say);
  heartBeside(find(".gx-download"), () => (last() ? { draw: server.draw, request: { ...last().request, tab: mailbox } } : null), say);
  find(".gx-download").addEventListener("click", () => {
    if (last()) save(last().request, fileName(named(last().request), last().request.z ? "kept" : last().request.s));
  });

  return {
    open: openTile,
    /** @param {any} reply the pictures drawn anew */
    repaint(reply) {
      if (opened >= 0 && opened < reply.count) paintLarge(find(".gx-large"), reply, opened);
    },
  };
}
