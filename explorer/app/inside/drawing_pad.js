// @ts-check
// The paper on which a picture to be found is drawn, dropped, pasted or chosen.

import { acceptDrops, NO_PICTURE, openPicture, pngText } from "../shared/web/own_picture.js";
import { page } from "../shared/web/page.js";
import { offerUndo, undoable } from "../shared/web/undo.js";

/** @param {Inside} inside */
export function drawingPad(inside) {
  const { find, state, announce } = inside;
  const paperCanvas = find(".gi-paper");
  const ink = paperCanvas.getContext("2d", { willReadFrequently: true });
  let pen = 44; // pixels; below 0 it rubs out
  let loaded = null; // a canvas with the picture of a file, until something is drawn over it
  let blank = true;

  function clearPaper() {
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, paperCanvas.width, paperCanvas.height);
    [loaded, blank] = [null, true];
    find(".gi-drop-hint").hidden = false;
  }

  // The paper as it is now, to come back to.
  function remember() {
    const pixels = ink.getImageData(0, 0, paperCanvas.width, paperCanvas.height);
    const before = { loaded, blank };
    undoable(() => {
      ink.putImageData(pixels, 0, 0);
      ({ loaded, blank } = before);
      find(".gi-drop-hint").hidden = !blank;
    });
  }

  async function loadFile(file) {
    const picture = await openPicture(file);
    if (!picture) return announce(NO_PICTURE);
    remember();
    clearPaper();
    announce("");
    loaded = picture;
    const fit = paperCanvas.width / Math.max(loaded.width, loaded.height);
    const [width, height] = [loaded.width * fit, loaded.height * fit];
    ink.imageSmoothingEnabled = fit < 4;
    ink.drawImage(loaded, (paperCanvas.width - width) / 2, (paperCanvas.height - height) / 2, width, height);
    blank = false;
    find(".gi-drop-hint").hidden = true;
  }

  // The picture as a PNG in base64, or null when there is none.
  async function paperPicture() {
    return blank ? null : pngText(loaded ?? paperCanvas);
  }

  function paperPlace(event) {
    const box = paperCanvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * paperCanvas.width, ((event.clientY - box.top) / box.height) * paperCanvas.height];
  }

  paperCanvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    remember();
    paperCanvas.setPointerCapture(event.pointerId);
    [loaded, blank] = [null, false];
    announce("");
    find(".gi-drop-hint").hidden = true;
    [ink.lineCap, ink.lineJoin, ink.lineWidth] = ["round", "round", Math.abs(pen)];
    ink.strokeStyle = pen > 0 ? "#111" : "#fff";
    ink.beginPath();
    ink.moveTo(...paperPlace(event));
    ink.lineTo(...paperPlace(event));
    ink.stroke();
  });
  paperCanvas.addEventListener("pointermove", (event) => {
    if (!paperCanvas.hasPointerCapture(event.pointerId)) return;
    ink.lineTo(...paperPlace(event));
    ink.stroke();
  });
  find(".gi-pens").addEventListener("click", (event) => {
    if (!event.target.dataset.pen) return;
    pen = Number(event.target.dataset.pen);
    for (const button of find(".gi-pens").children) button.ariaPressed = String(button === event.target);
  });
  find(".gi-paper-clear").addEventListener("click", () => {
    if (blank) return;
    remember();
    clearPaper();
    offerUndo("The paper is empty.");
  });
  find(".gi-file").addEventListener("change", (event) => {
    if (event.target.files[0]) loadFile(event.target.files[0]);
    event.target.value = "";
  });
  find(".gi-choose").addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") find(".gi-file").click();
  });
  acceptDrops(find(".gi-drop"), "gi-dropping", loadFile);
  document.addEventListener("paste", (event) => {
    const file = page.tab === "inside" && state.part === "find" ? event.clipboardData?.files[0] : null;
    if (file) loadFile(file);
  });
  clearPaper();

  return { picture: paperPicture, load: loadFile };
}
