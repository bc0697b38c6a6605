// @ts-check
// The sheet of samples: live while it trains, and every one that was kept, to be scrubbed and played.

import { createNode, ensureChildren, fillTrack, setLabel, setText } from "../shared/web/dom.js";
import { decodeBlob } from "../shared/web/live_canvas.js";

const FILM_PAUSE = 160; // milliseconds between two sheets that are played
const COLUMNS = 12; // pictures side by side on a sheet
const MOST_HELD = 80; // sheets that the page keeps, compressed as they came

/** @param {Train} train */
export function sheetPanel(train) {
  const { find, server } = train;
  let held = new Map(); // images -> Blob
  let fetching = false;
  let playing = false;

  function forgetSheet() {
    held = new Map();
    playing = false;
    for (const part of [".gt-sheet", ".gt-curves", ".gt-coverage", ".gt-log-box", ".gt-about", ".gt-waiting"]) find(part).hidden = true;
    setText(find(".gt-action-say"), "");
    showScrub();
  }

  async function paintBlob(blob) {
    const bitmap = await createImageBitmap(blob).catch(() => null);
    if (!bitmap) return;
    const canvas = find(".gt-canvas");
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    find(".gt-sheet").hidden = false;
    showSheetNames();
    canvas.dispatchEvent(new CustomEvent("sheet", { bubbles: true, detail: { at: train.watched?.at ?? null } }));
  }

  async function paintNewest() {
    train.watched.painted = true;
    await paintBlob(train.watched.newest);
  }

  // The words of the rows, where they are known and as many as there are rows.
  function showSheetNames() {
    const names = find(".gt-rows");
    const canvas = find(".gt-canvas");
    const fits = train.watched.rows.length === Math.round((COLUMNS * canvas.height) / canvas.width);
    const rows = fits ? train.watched.rows : [];
    ensureChildren(names, rows.length, () => createNode("li")).forEach((node, i) => setText(node, rows[i]));
    names.hidden = !rows.length;
    setText(find(".gt-sheet-more"), rows.length ? train.watched.sheetSays : "");
    const of = rows.length ? `: ${rows.slice(0, 20).join(", ")}` : "";
    setLabel(canvas, `What ${train.watched.name} draws ${train.watched.at === null ? "now" : `after ${train.watched.at.toLocaleString("en")} pictures`}${of}`);
  }

  // The last stop of the slider is the sheet of now, where that is newer than every kept one.
  function stops() {
    if (!train.watched) return [];
    return train.watched.live || !train.watched.sheets.length ? [...train.watched.sheets, null] : train.watched.sheets;
  }

  function showScrub() {
    const all = stops();
    const scrub = find(".gt-scrub");
    scrub.max = Math.max(0, all.length - 1);
    const at = train.watched?.at ?? null;
    const place = at === null ? all.length - 1 : Math.max(0, all.indexOf(at));
    scrub.value = place;
    scrub.disabled = all.length < 2;
    find(".gt-play").disabled = all.length < 2;
    fillTrack(scrub);
    const images = all[place] ?? null;
    const text = images === null ? "now" : `after ${images.toLocaleString("en")}`;
    setText(find(".gt-at"), text);
    scrub.setAttribute("aria-valuetext", images === null ? "now" : `after ${images} pictures`);
    find(".gt-play").ariaPressed = String(playing);
  }

  // Show the chosen stop; a newer choice overtakes it.
  async function showChosen() {
    if (fetching) return;
    fetching = true;
    for (let shown; train.watched && train.watched.at !== shown; ) {
      shown = train.watched.at;
      if (shown === null) await paintNewest();
      else {
        const blob = await sheetAt(train.watched.name, shown);
        if (blob && train.watched?.at === shown) await paintBlob(blob);
      }
    }
    fetching = false;
  }

  async function sheetAt(name, images) {
    if (held.has(images)) return held.get(images);
    const mine = held;
    const reply = await server.sheet({ name, images }).catch(() => null);
    if (!reply?.ok) return null;
    const blob = decodeBlob(reply.jpeg, "image/jpeg");
    mine.set(images, blob);
    if (mine.size > MOST_HELD) mine.delete(mine.keys().next().value);
    return blob;
  }

  function goTo(place) {
    const all = stops();
    // Whoever stands at the end follows what comes.
    train.watched.at = place >= all.length - 1 ? null : all[place];
    showScrub();
    return showChosen();
  }

  find(".gt-scrub").addEventListener("input", (event) => {
    playing = false;
    goTo(Number(event.target.value));
  });
  find(".gt-play").addEventListener("click", async () => {
    playing = !playing;
    const mine = train.watched;
    for (let place = 0; playing && mine === train.watched && place < stops().length; place++) {
      const pause = new Promise((next) => setTimeout(next, FILM_PAUSE));
      await Promise.all([goTo(place), pause]);
    }
    if (mine === train.watched) playing = false;
    showScrub();
  });

  return { forget: forgetSheet, paintNewest, showNames: showSheetNames, showScrub };
}
