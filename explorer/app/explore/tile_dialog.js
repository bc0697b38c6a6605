// @ts-check
// One tile in a dialog: larger, its latent pinned for other words, downloaded; and the download of the whole grid.

import { saveBlob } from "../shared/web/downloads.js";
import { decodeBlob } from "../shared/web/live_canvas.js";
import { page, pageAddress } from "../shared/web/page.js";
import { saveButtons } from "../shared/web/save_menu.js";
import { paintLarge } from "../shared/web/tiles.js";
import { offerUndo } from "../shared/web/undo.js";
import { withTile } from "./recipe.js";
import { MOST_KEPT } from "./state.js";
import { tileAbout } from "./word_truncation.js";

/** @param {any} explore what the tab shares: find, server, state, mailbox, word, last(), both(), nameOf(), subject(), focusTile(), leaveKept(), changed(), announce() */
export function tileDialog({ find, server, state, mailbox, word, last, both, nameOf, subject, focusTile, leaveKept, changed, announce }) {
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
    find(".gx-keep").textContent = kept ? "Unpin this latent" : "Pin this latent";
    find(".gx-to-translate").hidden = !page.menu?.translators.length;
    if (!dialog.open) dialog.showModal();
    saves.show();
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
  find(".gx-to-translate").addEventListener("click", () => {
    find(".gx-large").toBlob((blob) => {
      dialog.close();
      page.set("given", blob);
      page.set("tab", "translate");
    });
  });
  find(".gx-keep").addEventListener("click", () => {
    const name = nameOf(opened);
    if (state.kept.includes(name)) {
      state.kept = state.kept.filter((other) => other !== name);
      if (!state.kept.length) leaveKept();
      offerUndo(`Picture ${name} is no longer pinned.`);
    } else {
      state.kept = [...state.kept, name].slice(-MOST_KEPT);
      state.view = "kept";
    }
    dialog.close("kept");
    word.focus();
    word.select();
    changed();
  });

  // What the files are called: the word, and a style.
  function named(request) {
    return `${subject(last().reply, request)} ${request.style ?? ""}`;
  }

  // The request for the tile on show alone.
  function tileRequest() {
    const { n, ...request } = last().request;
    const recipe = JSON.parse(request.r ?? "{}");
    return recipe.latents ? { ...request, r: JSON.stringify(withTile(recipe, opened)) } : { ...request, z: [nameOf(opened)] };
  }

  // A link to it: the same address with this picture alone.
  function tileAddress() {
    const query = new URLSearchParams(pageAddress());
    const { z, r } = tileRequest();
    query.delete("n");
    if (z) query.set("z", z[0]);
    if (r) query.set("r", r);
    return query.toString();
  }

  const options = { refused: ({ message }) => announce(message), say: announce };

  // The generator itself, as one file that draws.
  const other = {
    text: "The generator, as a page",
    isHere: () => !page.menu?.read_only && page.offer?.conditioning !== "codes",
    async save() {
      const name = page.generator || page.menu?.default;
      page.keeper?.say("Packing the generator ...");
      const reply = await server.export({ tab: mailbox, c: page.generator }).catch(() => null);
      if (!reply?.ok) return reply?.message ?? "The page could not be made; try again.";
      saveBlob(decodeBlob(reply.file, "text/html"), `${name}.html`);
      return `${name}.html draws by itself, in any browser and without a network.`;
    },
  };
  const saves = saveButtons(find(".gx-tile-download"), () => {
    if (!last() || opened < 0) return null;
    const { reply, request } = last();
    const grid = { count: 1, columns: 1, tile: reply.tile };
    return { draw: server.draw, request: { ...tileRequest(), tab: mailbox }, word: named(request), seed: nameOf(opened), grid, address: tileAddress() };
  }, options);
  saveButtons(find(".gx-download"), () => {
    const pair = both();
    if (pair) {
      const { w2, reply, request } = pair;
      const grid = { ...reply, count: 3 * reply.count, columns: 3 * reply.columns, single: 2 * reply.count }; // with their difference
      return { draw: server.pair, request: { ...request, w2, tab: mailbox }, title: `${request.w} | ${w2}`, word: `${request.w}-${w2}`, seed: request.z ? "kept" : request.s, grid };
    }
    if (!last()) return null;
    const { reply, request } = last();
    return { draw: server.draw, request: { ...request, tab: mailbox }, word: named(request), seed: request.z ? "kept" : request.s, grid: reply };
  }, { ...options, other });

  return {
    open: openTile,
    /** the pictures were drawn anew */
    repaint() {
      if (opened >= 0 && opened < last().reply.count) paintLarge(find(".gx-large"), last().reply, opened);
    },
  };
}
