// @ts-check
// The tiles as things to reach: one transparent button over each picture (arrow keys move, Enter opens), and the
// larger view of one tile, where its latent can be pinned.

import { createNode, ensureChildren, setLabel } from "./dom.js";
import { tileImage } from "./tile_image.js";

/** @param {any} layer @param {(index: number) => void} open @param {(x: number) => any} [other] see `tileImage` */
export function tileButtons(layer, open, other) {
  let columns = 4;
  const showImage = tileImage(layer, other);

  function focusOn(index) {
    const buttons = [...layer.children];
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, index))];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next?.focus();
  }

  layer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) open([...layer.children].indexOf(button));
  });
  layer.addEventListener("keydown", (event) => {
    const at = [...layer.children].indexOf(document.activeElement);
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    let to = null;
    if (event.key in steps) to = at + steps[event.key];
    if (event.key === "Home") to = 0;
    if (event.key === "End") to = layer.children.length - 1;
    if (to === null || at < 0) return;
    event.preventDefault();
    if (to >= 0 && to < layer.children.length) focusOn(to);
  });

  return {
    /** @param {any} reply @param {string} word @param {(i: number) => boolean} isKept
     * @param {(i: number) => string} about what else is said of a tile */
    fit(reply, word, isKept, about = () => "") {
      columns = reply.columns;
      showImage(reply);
      layer.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
      layer.style.gridTemplateRows = `repeat(${Math.ceil(reply.count / columns)}, 1fr)`;
      const buttons = ensureChildren(layer, reply.count, () => {
        const button = createNode("button", "gx-tile");
        button.type = "button";
        button.tabIndex = -1;
        return button;
      });
      if (!buttons.some((button) => button.tabIndex === 0)) buttons[0].tabIndex = 0;
      buttons.forEach((button, i) => {
        const more = about(i);
        setLabel(button, `${word}, picture ${i + 1} of ${reply.count}${isKept(i) ? ", kept" : ""}${more && `: ${more}`}`);
        if (more) button.dataset.about = more;
        else delete button.dataset.about;
        button.classList.toggle("gx-is-kept", isKept(i));
      });
    },
    focusOn,
  };
}

export function paintLarge(canvas, reply, index) {
  const [width, height] = reply.tile;
  const [x, y] = [index % reply.columns, Math.floor(index / reply.columns)];
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d").drawImage(reply.bitmap, x * width, y * height, width, height, 0, 0, width, height);
}
