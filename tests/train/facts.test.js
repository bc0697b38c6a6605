import assert from "node:assert/strict";
import { test } from "node:test";

import { short, smoothed, ticks } from "../../explorer/app/train/curves.js";
import { howFar, span, stateOf } from "../../explorer/app/train/facts.js";
import { problemWith } from "../../explorer/app/train/upload.js";

test("times are said in the unit that suits them", () => {
  assert.deepEqual([0.2, 89, 90, 5340, 5400, 9000, 36060].map(span), ["1 s", "89 s", "2 min", "89 min", "1 h 30 min", "2 h 30 min", "10 h"]);
});

test("a line says its state, and how far it is", () => {
  assert.equal(stateOf({ state: "queued", place: 2 }), "queued, place 2");
  assert.equal(stateOf({ state: "running", leaving: true }), "saving");
  assert.deepEqual(howFar({ state: "running", kimg: 1.5, budget: 3, speed: 100.4, eta: 15 }), ["1,500 of 3,000 pictures", "100 a second", "15 s left"]);
  assert.deepEqual(howFar({ state: "paused", kimg: 1, budget: 3 }), ["1,000 of 3,000 pictures"]);
});

test("ticks are round, some five of them", () => {
  assert.deepEqual(ticks(0, 10), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(0.13, 0.58), [0.2, 0.3, 0.4, 0.5]);
  assert.deepEqual([500, 1500, 2e6].map(short), ["500", "1.5k", "2M"]);
});

test("a curve is smoothed over its neighbours, gaps left out", () => {
  assert.deepEqual(smoothed([1, null, 3]), [1, 2, 3]);
});

test("what cannot be uploaded is said before it is sent", () => {
  const file = (name, size) => ({ path: `pets/${name}`, file: /** @type {any} */ ({ name, size }) });
  assert.equal(problemWith([file("a.png", 10)]), "");
  assert.match(problemWith([]), /no file/);
  assert.match(problemWith([file("a.png", 2 ** 30)]), /larger than 256 MB/);
  assert.equal(problemWith([file("a.tar.gz", 2 ** 30)]), "");
  assert.match(problemWith(Array.from({ length: 5 }, () => file("a.zip", 2 ** 30))), /larger than 4 GB/);
});
