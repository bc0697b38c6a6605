import assert from "node:assert/strict";
import { test } from "node:test";

import { FIELDS, parseState, stateFields } from "../../explorer/app/map/state.js";
import { CELL, frameOf, middleAround, middleFollowing, middleWithin, onShow, toMap, toPixels, unitOf, wordUnder } from "../../explorer/app/map/view.js";
import { MOST_RECENT, parseWords, withWord } from "../../explorer/app/shared/web/recent_words.js";

const fields = (search) => new URLSearchParams(stateFields(parseState(`tab=map&${search}`)).map((pair) => pair.map(String))).toString();

test("an address says again what it said", () => {
  const search = "w=boots&m=tsne&x=-0.5&y=0.123456&zoom=4&s=7&psi=0.5&style=noto&wt=0.5";
  assert.equal(fields(search), search);
  for (const [field] of new URLSearchParams(search)) assert.ok(FIELDS.includes(field), field);
  assert.equal(fields("w=boots"), "w=boots");
});

test("of a crooked address, or another tab's, the usual remains", () => {
  const state = parseState("?tab=map&m=umap&x=nope&y=1&zoom=1e9&s=-1");
  assert.deepEqual([state.m, state.at, state.zoom, state.s, state.w], ["pca", null, 64, "0", ""]);
  assert.deepEqual(parseState("?tab=map&x=99&y=-99").at, [4, -4]);
  assert.equal(parseState("?tab=walk&w=boots&x=0.5&y=0.5").at, null);
  assert.equal(parseState("?tab=walk&w=boots").w, "boots");
});

const WORDS = [["a", "label", -1, -0.5, 1], ["b", "label", 1, 0.5, 1], ["c", "around", 0, 0, 100], ["d", "around", 0, 0, null]];
const SIZE = [600, 400];

function view(zoom, middle) {
  const frame = frameOf(WORDS);
  return { middle: middle ?? frame.middle, unit: unitOf(frame, SIZE, zoom), size: SIZE };
}

test("the whole map fits, thumbnails and all", () => {
  for (const { left, top, i } of onShow(view(1), WORDS)) {
    assert.ok(left - CELL[0] / 2 >= 0 && left + CELL[0] / 2 <= SIZE[0], WORDS[i][0]);
    assert.ok(top - CELL[1] / 2 >= 0 && top + CELL[1] / 2 <= SIZE[1], WORDS[i][0]);
  }
});

test("words have a thumbnail from their level on", () => {
  const large = (zoom) => onShow(view(zoom), WORDS).filter((one) => one.isLarge).map(({ i }) => WORDS[i][0]);
  assert.deepEqual(large(1), ["a", "b"]);
  assert.deepEqual(large(40), ["c"]); // the others lie far outside by now
  assert.equal(wordUnder(view(1), WORDS, toPixels(view(1), [-1, -0.5]).map((side) => side + 20))[0], "a");
  assert.equal(wordUnder(view(1), WORDS, [300, 200]), null);
});

test("zooming keeps what is under the hand, and the map within its frame", () => {
  const before = view(2, [0.2, 0.1]);
  const pixel = [123, 45];
  const after = view(5, middleAround(before, pixel, view(5).unit));
  toMap(after, pixel).forEach((side, i) => assert.ok(Math.abs(side - toMap(before, pixel)[i]) < 1e-9));
  assert.deepEqual(middleWithin(frameOf(WORDS), [9, -9], 1), [0, 0]);
  assert.deepEqual(middleWithin(frameOf(WORDS), [9, -9], 2), [0.5, -0.25]);
});

test("a point that is moved towards the edge takes the map along", () => {
  const now = view(8, [0, 0]);
  const middle = middleFollowing(now, [0.9, 0]);
  const [left, top] = toPixels({ ...now, middle }, [0.9, 0]);
  assert.ok(left > 0.8 * SIZE[0] && left < 0.9 * SIZE[0] && top === SIZE[1] / 2);
  assert.deepEqual(middleFollowing(now, [0.01, 0.01]), [0, 0]);
});

test("recent words are each there once, the latest first, and few", () => {
  assert.deepEqual(withWord(["coat", "Red  Boots"], "red boots"), ["red boots", "coat"]);
  assert.equal(withWord(Array.from({ length: 40 }, (_, i) => `w${i}`), "x").length, MOST_RECENT);
  assert.deepEqual(parseWords('["a", 7, "", null, "b"]'), ["a", "b"]);
  for (const text of [null, "", "{", '{"a": 1}', "7"]) assert.deepEqual(parseWords(text), []);
});
