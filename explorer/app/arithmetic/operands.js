// @ts-check
// The pictures of a sum's terms, each a canvas under its label.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { decodeBlob, paintTiles } from "../shared/web/live_canvas.js";

/** Gives show(parent, reply, sign); what an older reply brought is dropped. sign(operand, place): instead of its label. */
export function operandPictures() {
  let newest = null;
  return async (parent, reply, sign) => {
    newest = reply;
    const bitmaps = await Promise.all(reply.operands.map((operand) => createImageBitmap(decodeBlob(operand.png))));
    if (newest !== reply) return;
    const items = ensureChildren(parent, bitmaps.length, () => {
      const item = createNode("li");
      const picture = createNode("canvas");
      picture.setAttribute("role", "img");
      item.append(createNode("span"), picture);
      return item;
    });
    items.forEach((item, i) => {
      const [label, canvas] = item.children;
      const operand = reply.operands[i];
      const text = (i ? operand.label : operand.label.replace(/^\+ /, "")).replace(/^-/, "−");
      setText(label, sign ? sign(operand, i) : text);
      paintTiles(canvas, bitmaps[i], operand);
      bitmaps[i].close();
      setLabel(canvas, `${operand.count} pictures of ${text}`);
      item.dataset.sign = operand.weight < 0 ? "minus" : "plus";
    });
  };
}

export function listed(pairs) {
  return pairs.map(([name]) => name).join(", ");
}
