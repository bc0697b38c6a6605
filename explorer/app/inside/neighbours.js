// @ts-check
// Nearest training images: the real pictures nearest to each of the present ones.

import { createNode, ensureChildren, setText } from "../shared/web/dom.js";
import { decodeBlob, paintPart } from "../shared/web/live_canvas.js";

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {Inside} inside */
export function neighboursPart(inside) {
  const { find, tasks, tiles } = inside;
  let nearest = null; // { reply, of, bitmaps } of the last pictures looked up

  const part = {
    title: "Nearest training images",
    lead: "Click a picture: these are the training images nearest to it, by pixels and in what a judge sees. A generator that copies lies nearer to them than pictures do that were kept from it.",
    show: () => showNeighbours(),
    fresh: () => findNeighbours(),
    opened: () => showNeighbours(),
    forget() {
      nearest = null;
      showNeighbours();
    },
  };

  async function findNeighbours() {
    const of = inside.shown.request;
    if (nearest && JSON.stringify(nearest.of) === JSON.stringify(of)) return showNeighbours();
    nearest = null;
    showNeighbours();
    find(".gi-look-up").hidden = true;
    const reply = await tasks.run(find(".gi-near-work"), { ...of, work: "near" });
    if (of !== inside.shown?.request) return;
    find(".gi-look-up").hidden = Boolean(reply);
    if (!reply) return;
    const bitmaps = await Promise.all(reply.spaces.map(({ png }) => createImageBitmap(decodeBlob(png))));
    nearest = { reply, of, bitmaps };
    showNeighbours();
  }

  function showNeighbours() {
    const box = find(".gi-near");
    const { reply, bitmaps } = nearest ?? {};
    const suspects = (tile) => Boolean(reply?.spaces.some(({ copies }) => copies[tile]));
    [...tiles.children].forEach((button, i) => button.classList.toggle("gi-suspect", suspects(i)));
    box.hidden = !nearest;
    setText(find(".gi-near-number"), reply?.number ?? "");
    if (!nearest) return setText(find(".gi-near-say"), "");
    const found = [...tiles.children].filter((_, i) => suspects(i)).length;
    const copies = found ? `${found} of ${tiles.children.length} pictures may be copies; they are framed.` : "None of these pictures looks like a copy.";
    setText(find(".gi-near-say"), `Picture ${inside.opened + 1}, among ${reply.searched.toLocaleString("en")} training images. ${copies}`);
    const [width, height] = reply.tile;
    const [row, column] = [Math.floor(inside.opened / inside.shown.reply.columns), inside.opened % inside.shown.reply.columns];
    const sections = ensureChildren(box, reply.spaces.length, () => {
      const section = createNode("section");
      section.append(createNode("h3"), createNode("div", "gi-five"), createNode("p", "gi-copy"));
      return section;
    });
    sections.forEach((section, i) => {
      const space = reply.spaces[i];
      setText(section.children[0], capital(space.heading));
      const figures = ensureChildren(section.children[1], 1 + space.words[inside.opened].length, () => {
        const figure = createNode("figure");
        figure.append(createNode("canvas"), createNode("figcaption"));
        return figure;
      });
      figures.forEach((figure, k) => {
        const [canvas, caption] = figure.children;
        if (k) paintPart(canvas, bitmaps[i], (k - 1) * width, inside.opened * height, width, height);
        else paintPart(canvas, inside.shown.reply.bitmap, column * width, row * height, width, height);
        setText(caption, k ? `${space.words[inside.opened][k - 1]} · ${space.distances[inside.opened][k - 1]}` : `Picture ${inside.opened + 1}`);
      });
      setText(section.children[2], capital(space.sentences[inside.opened]));
      section.children[2].classList.toggle("gi-warned", space.copies[inside.opened]);
    });
  }

  find(".gi-look-up").addEventListener("click", findNeighbours);

  return part;
}
