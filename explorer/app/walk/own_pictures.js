// @ts-check
// The visitor's own pictures at the ends of a walk: each is searched for, and what was found is the stop.

import { setLabel, setText } from "../shared/web/dom.js";
import { context2d, paintPng } from "../shared/web/live_canvas.js";
import { acceptDrops, nearness, NO_PICTURE, openPicture, pngText, spaceMeaning } from "../shared/web/own_picture.js";
import { newMailbox, page } from "../shared/web/page.js";
import { taskRunner } from "../shared/web/tasks.js";
import { FOUND, withEnd } from "./state.js";

/** @param {Pick<Walk, "find" | "server" | "state" | "changed">} walk */
export function ownPictures({ find, server, state, changed }) {
  const box = find(".gx-own");
  const button = find(".gx-owning");

  function open(isOpen) {
    box.hidden = !isOpen;
    button.ariaExpanded = String(isOpen);
  }

  function slot(node) {
    const inside = (selector) => node.querySelector(selector);
    const [pair, sought, found, near, say, work, chooser] = [".gx-own-pair", ".gx-sought", ".gx-found", ".gx-near-by", ".gx-own-say", ".gx-work", "input"].map(inside);
    const tasks = taskRunner({ tab: newMailbox(), begin: server.begin, look: server.look, stop: server.cancel });

    function forget() {
      tasks.cancel(); // another picture, or another generator, took its place
      pair.hidden = work.hidden = true;
      setText(say, "");
    }

    async function search(file) {
      const picture = await openPicture(file);
      if (!picture) return setText(say, NO_PICTURE);
      forget();
      const size = Math.min(picture.width, picture.height);
      [sought.width, sought.height, found.width, found.height] = [size, size, size, size];
      context2d(sought).drawImage(picture, (picture.width - size) / 2, (picture.height - size) / 2, size, size, 0, 0, size, size);
      pair.hidden = false;
      setText(near, "The best so far");
      const c = page.generator;
      const reply = await tasks.run(work, { c, picture: await pngText(picture) }, ({ png }) => png && paintPng(found, png));
      if (c !== page.generator) return;
      if (!reply) {
        pair.hidden = true;
        return;
      }
      await Promise.all([paintPng(sought, reply.sought), paintPng(found, reply.png)]);
      setText(near, `Found: ${nearness(reply)}`);
      setLabel(found, `The picture found: ${nearness(reply)}`);
      setText(say, [spaceMeaning(reply), ...reply.notes].join(" "));
      const open = state.stops.length === 1 && !state.stops[0]; // nine latents, of which one walks now
      state.stops = withEnd(open ? [`@${state.s}.0`] : state.stops, node.dataset.end, reply.stop);
      changed();
    }

    chooser.addEventListener("change", () => {
      if (chooser.files[0]) search(chooser.files[0]);
      chooser.value = "";
    });
    chooser.parentElement.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") chooser.click();
    });
    acceptDrops(node, "gx-dropping", search);
    return { forget };
  }

  const from = box.querySelector(".gx-slot");
  const to = from.cloneNode(true);
  to.dataset.end = "to";
  setLabel(to, "To your picture");
  setText(to.querySelector(".gx-choose span"), "To a picture…");
  from.after(to);
  const slots = [from, to].map(slot);
  button.addEventListener("click", () => open(box.hidden));

  return {
    /** Forget what was found: another generator draws it otherwise. */
    forget() {
      for (const one of slots) one.forget();
      const others = state.stops?.filter((stop) => !FOUND.test(stop));
      if (others && others.length < state.stops.length) state.stops = others.length > 1 ? others : null;
    },
  };
}
