// @ts-check
// Paper on which a picture is drawn, dropped, pasted or chosen.

import { acceptDrops, NO_PICTURE, openPicture, pngText } from "./own_picture.js";
import { offerUndo, undoable } from "./undo.js";

/** @param {object} options
 * @param {Find} options.find @param {(text: string) => void} options.announce
 * @param {() => boolean} options.isShown whether a picture that is pasted is meant for it
 * @param {() => string} [options.ink] the colour of the pen
 * @param {(isDrawn: boolean) => void} [options.changed] another picture is on it; isDrawn: by hand */
export function paper({ find, announce, isShown, ink: colour = () => "#111", changed = () => {} }) {
  const paperCanvas = find(".gx-paper");
  const ink = paperCanvas.getContext("2d", { willReadFrequently: true });
  let pen = 44; // pixels; below 0 it rubs out
  let loaded = null; // a canvas with the picture of a file, until something is drawn over it
  let blank = true;

  function clearPaper() {
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, paperCanvas.width, paperCanvas.height);
    [loaded, blank] = [null, true];
    find(".gx-paper-hint").hidden = false;
  }

  // The paper as it is now, to come back to.
  function remember() {
    const pixels = ink.getImageData(0, 0, paperCanvas.width, paperCanvas.height);
    const before = { loaded, blank };
    undoable(() => {
      ink.putImageData(pixels, 0, 0);
      ({ loaded, blank } = before);
      find(".gx-paper-hint").hidden = !blank;
      changed(!loaded);
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
    find(".gx-paper-hint").hidden = true;
    changed(false);
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
    find(".gx-paper-hint").hidden = true;
    [ink.lineCap, ink.lineJoin, ink.lineWidth] = ["round", "round", Math.abs(pen)];
    ink.strokeStyle = pen > 0 ? colour() : "#fff";
    ink.beginPath();
    ink.moveTo(...paperPlace(event));
    ink.lineTo(...paperPlace(event));
    ink.stroke();
    changed(true);
  });
  paperCanvas.addEventListener("pointermove", (event) => {
    if (!paperCanvas.hasPointerCapture(event.pointerId)) return;
    ink.lineTo(...paperPlace(event));
    ink.stroke();
    changed(true);
  });
  find(".gx-paper-pens").addEventListener("click", (event) => {
    if (!event.target.dataset.pen) return;
    pen = Number(event.target.dataset.pen);
    for (const button of find(".gx-paper-pens").children) button.ariaPressed = String(button === event.target);
  });
  find(".gx-paper-clear").addEventListener("click", () => {
    if (blank) return;
    remember();
    clearPaper();
    changed(true);
    offerUndo("The paper is empty.");
  });
  find(".gx-paper-file").addEventListener("change", (event) => {
    if (event.target.files[0]) loadFile(event.target.files[0]);
    event.target.value = "";
  });
  find(".gx-paper-choose").addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") find(".gx-paper-file").click();
  });
  acceptDrops(find(".gx-paper-box"), "gx-paper-dropping", loadFile);
  document.addEventListener("paste", (event) => {
    const file = isShown() ? event.clipboardData?.files[0] : null;
    if (file) loadFile(file);
  });
  clearPaper();

  /** Show a picture that comes from elsewhere. @param {CanvasImageSource} picture */
  function show(picture) {
    clearPaper();
    ink.imageSmoothingEnabled = false;
    ink.drawImage(picture, 0, 0, paperCanvas.width, paperCanvas.height);
    blank = false;
    find(".gx-paper-hint").hidden = true;
  }

  return { picture: paperPicture, load: loadFile, show };
}
