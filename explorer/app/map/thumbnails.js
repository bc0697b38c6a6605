// @ts-check
// Thumbnails of words: asked for in few requests, one at a time and only while no picture is on its way, and kept.

import { decodeBlob, isLost, paintPart } from "../shared/web/live_canvas.js";
import { createNode } from "../shared/web/dom.js";

const AT_ONCE = 32; // words of a request
const MOST_KEPT = 1500;
const AGAIN = 80; // milliseconds until it is asked again, where pictures came first
const PATIENCE = 60; // milliseconds without a wish for another picture

/** @param {{ draw: (request: any) => Promise<any>, settings: () => any, isBusy: () => boolean, arrived: () => void }} options
 * settings: of the request, whatever a thumbnail depends on but its word; isBusy: whether a picture is on its way */
export function thumbnails({ draw, settings, isBusy, arrived }) {
  /** @type {Map<string, any>} */
  const kept = new Map(); // canvases by settings and word, the one used longest ago first
  /** @type {string[]} */
  let wanted = [];
  let underWay = false;
  /** @type {number | undefined} */
  let timer;

  const keyOf = (made, word) => `${made}\n${word}`;

  function pump(pause = PATIENCE) {
    clearTimeout(timer);
    timer = setTimeout(next, pause);
  }

  async function next() {
    const own = settings();
    const made = JSON.stringify(own);
    const words = wanted.filter((word) => !kept.has(keyOf(made, word))).slice(0, AT_ONCE);
    if (underWay || !words.length) return;
    if (isBusy()) return pump(AGAIN);
    underWay = true;
    const reply = await draw({ ...own, words }).catch(() => null);
    if (reply?.ok) {
      const bitmap = await createImageBitmap(decodeBlob(reply.png));
      const [width, height] = reply.tile;
      words.forEach((word, i) => {
        const canvas = createNode("canvas");
        paintPart(canvas, bitmap, i * width, 0, width, height);
        kept.set(keyOf(made, word), canvas);
      });
      bitmap.close();
      for (const key of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST_KEPT))) kept.delete(key);
    }
    underWay = false;
    if (reply?.ok) arrived();
    if (reply?.ok || isLost(reply)) pump(reply?.ok ? 0 : AGAIN); // what is refused is not asked again
  }

  return {
    /** The canvas of a word's thumbnail, undefined until it has come. @param {string} word */
    get(word) {
      return kept.get(keyOf(JSON.stringify(settings()), word));
    },
    /** Which words are on show now, the one wanted most first. @param {string[]} words */
    want(words) {
      wanted = words;
      pump();
    },
  };
}
