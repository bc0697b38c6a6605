// @ts-check
// Which part of the map is on show: a middle and a zoom. Map units on the left, pixels on the right, y downwards in both.

export const CELL = [58, 65]; // pixels of a thumbnail with its word below: explore/map/levels.py keeps their ratio
const MARGIN = 0.12; // of a side: a point that is moved nearer to the edge takes the map along
const INNER = 8; // pixels between a thumbnail and the edge of the whole map

/** What the whole map takes: its middle, and how far its words reach from there, in map units.
 * @param {any[][]} words as [text, kind, x, y, level] */
export function frameOf(words) {
  const [xs, ys] = [words.map((word) => word[2]), words.map((word) => word[3])];
  const ends = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { middle: [(ends[0] + ends[1]) / 2, (ends[2] + ends[3]) / 2], reach: [(ends[1] - ends[0]) / 2, (ends[3] - ends[2]) / 2] };
}

/** Pixels of a map unit. @param {any} frame @param {number[]} size of the plot @param {number} zoom 1: the whole map */
export function unitOf(frame, size, zoom) {
  const fits = [0, 1].map((side) => Math.max(20, size[side] / 2 - CELL[side] / 2 - INNER) / Math.max(frame.reach[side], 1e-3));
  return zoom * Math.min(...fits);
}

/** @typedef {{ middle: number[], unit: number, size: number[] }} View middle in map units, unit and size in pixels */

/** @param {View} view @param {number[]} place */
export function toPixels({ middle, unit, size }, place) {
  return place.map((side, i) => size[i] / 2 + (side - middle[i]) * unit);
}

/** @param {View} view @param {number[]} pixel */
export function toMap({ middle, unit, size }, pixel) {
  return pixel.map((side, i) => middle[i] + (side - size[i] / 2) / unit);
}

/** The middle with which a place keeps its pixel at another unit. @param {View} view @param {number[]} pixel @param {number} unit */
export function middleAround(view, pixel, unit) {
  return toMap(view, pixel).map((side, i) => side - (pixel[i] - view.size[i] / 2) / unit);
}

/** The middle nearest to the present one at which a place is on show and not at the edge.
 * @param {View} view @param {number[]} place */
export function middleFollowing(view, place) {
  return [0, 1].map((side) => {
    const reach = (view.size[side] * (0.5 - MARGIN)) / view.unit;
    return Math.min(place[side] + reach, Math.max(place[side] - reach, view.middle[side]));
  });
}

/** The middle within the map: at zoom 1 its own. @param {any} frame @param {number[]} middle @param {number} zoom */
export function middleWithin(frame, middle, zoom) {
  return [0, 1].map((side) => {
    const reach = frame.reach[side] * (1 - 1 / zoom);
    return Math.min(frame.middle[side] + reach, Math.max(frame.middle[side] - reach, middle[side]));
  });
}

/** The words on show, as { i, left, top, isLarge }: those with room for a thumbnail, and the others as dots.
 * @param {View} view @param {any[][]} words */
export function onShow(view, words) {
  const widths = view.unit / CELL[0];
  const found = [];
  words.forEach(([, , x, y, level], i) => {
    const [left, top] = toPixels(view, [x, y]);
    if (left < -CELL[0] || top < -CELL[1] || left > view.size[0] + CELL[0] || top > view.size[1] + CELL[1]) return;
    found.push({ i, left, top, isLarge: level !== null && level <= widths });
  });
  return found;
}

/** The word whose thumbnail lies there, or null. @param {View} view @param {any[][]} words @param {number[]} pixel */
export function wordUnder(view, words, [left, top]) {
  const found = onShow(view, words).find((one) => one.isLarge && Math.abs(one.left - left) <= CELL[0] / 2 && Math.abs(one.top - top) <= CELL[1] / 2);
  return found ? words[found.i] : null;
}
