// @ts-check
// The discriminator: for each of its units, the real pictures that excite it most, and what in them does.

import { createNode, ensureChildren, fillTrack, setText } from "../shared/web/dom.js";
import { decodeBlob, isLost } from "../shared/web/live_canvas.js";
import { page } from "../shared/web/page.js";

const SCALE = 4; // canvas pixels a pixel, so that a frame is a fine line

/** @param {Inside} inside */
export function discriminatorPart(inside) {
  const { find, server, mailbox, requestNow, taskMailbox, tasks } = inside;
  let layers = null;
  let layer = 0;
  let unit = 0;
  let requests = 0;

  const part = {
    title: "Discriminator",
    lead: "The discriminator learned about soles and sleeves without a label for them: for each of its units, the real pictures that excite it most.",
    wordless: true,
    show() {
      if (!layers) loadUnits();
    },
    forget() {
      [layers, layer, unit] = [null, 0, 0];
      find(".gi-discriminator").hidden = true;
    },
  };

  async function loadUnits() {
    const of = page.generator;
    find(".gi-meet").hidden = true;
    const reply = await tasks.run(find(".gi-discriminator-work"), { ...requestNow(taskMailbox), w: "", work: "meet" });
    find(".gi-meet").hidden = Boolean(reply);
    if (!reply || of !== page.generator) return;
    layers = reply.layers;
    layer = Math.floor(layers.length / 2); // sees parts, not all of a picture
    find(".gi-discriminator").hidden = false;
    showUnit();
  }

  async function showUnit() {
    const [name, , width] = layers[layer];
    const buttons = ensureChildren(find(".gi-discriminator-layers"), layers.length, () => Object.assign(createNode("button"), { type: "button" }));
    buttons.forEach((button, i) => {
      setText(button, `${layers[i][0]} · ${layers[i][1]} × ${layers[i][1]}`);
      button.dataset.index = i;
      button.ariaPressed = String(i === layer);
    });
    unit = Math.min(unit, width - 1);
    const range = find(".gi-discriminator-unit input");
    [range.max, range.value] = [width - 1, unit];
    fillTrack(range);
    setText(find(".gi-discriminator-name"), `Unit ${unit} (0 to ${width - 1})`);
    const mine = ++requests;
    const reply = await server.unit({ ...requestNow(mailbox), w: "", layer: name, unit: unit }).catch(() => null);
    if (mine !== requests) return;
    if (isLost(reply)) return void setTimeout(() => mine === requests && showUnit(), 300);
    setText(find(".gi-discriminator-say"), reply.ok ? "" : reply.message);
    if (!reply.ok) return;
    const bitmap = await createImageBitmap(decodeBlob(reply.png));
    if (mine === requests) paintStrongest(reply, bitmap);
    bitmap.close();
  }

  function paintStrongest(reply, bitmap) {
    const [width, height] = reply.tile;
    const figures = ensureChildren(find(".gi-strongest"), reply.count, () => {
      const figure = createNode("figure");
      figure.append(createNode("canvas"), createNode("canvas"), createNode("figcaption"));
      return figure;
    });
    figures.forEach((figure, i) => {
      const [real, guided, caption] = figure.children;
      const size = [width * SCALE, height * SCALE];
      [real, guided].forEach((canvas, row) => {
        if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
        const pen = canvas.getContext("2d");
        pen.imageSmoothingEnabled = false;
        pen.drawImage(bitmap, i * width, row * height, width, height, 0, 0, ...size);
        const [top, left, bottom, right] = reply.boxes[i];
        [pen.strokeStyle, pen.lineWidth] = ["#ff9632", 2];
        pen.strokeRect(left * SCALE + 1, top * SCALE + 1, (right - left + 1) * SCALE - 2, (bottom - top + 1) * SCALE - 2);
      });
      setText(caption, `${reply.words[i]} · ${reply.values[i]}`);
    });
  }

  find(".gi-meet").addEventListener("click", loadUnits);
  find(".gi-discriminator-layers").addEventListener("click", (event) => {
    if (event.target.dataset.index === undefined) return;
    layer = Number(event.target.dataset.index);
    showUnit();
  });
  find(".gi-discriminator-unit input").addEventListener("input", (event) => {
    unit = Number(event.target.value);
    showUnit();
  });
  find(".gi-discriminator-any").addEventListener("click", () => {
    unit = Math.floor(Math.random() * layers[layer][2]);
    showUnit();
  });

  return part;
}
