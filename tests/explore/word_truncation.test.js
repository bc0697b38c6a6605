import assert from "node:assert/strict";
import { test } from "node:test";

import { offeredTruncations, takenSentence, tileAbout, usedTruncation } from "../../explorer/app/explore/word_truncation.js";

test("the trained words that pictures took are counted, most first", () => {
  assert.equal(takenSentence(["dog", "cat", "cat"]), "Towards cat in 2, dog in 1.");
  assert.equal(takenSentence(["cat", "cat"]), "All towards cat.");
  assert.equal(takenSentence([..."aabcdef"]), "Towards a in 2, b in 1, c in 1, d in 1 and 2 more.");
});

test("a picture says its trained word and its style", () => {
  assert.equal(tileAbout({ tile_labels: [], tile_styles: [] }, 3), "");
  assert.equal(tileAbout({ tile_labels: ["cat", "dog"], tile_styles: ["noto"] }, 1), "towards dog, noto");
  assert.equal(tileAbout({ tile_labels: [], tile_styles: ["noto", "flat"] }, 1), "flat");
});

const [plain, truncated] = /** @type {any[]} */ ([{ word_truncation: 0 }, { word_truncation: 0.5 }]);

test("the slider stands at what was chosen, else at the generator's own, but at 0 beside an old blend", () => {
  assert.equal(usedTruncation({ wt: null, b: 0 }, truncated), 0.5);
  assert.equal(usedTruncation({ wt: 0, b: 0 }, truncated), 0);
  assert.equal(usedTruncation({ wt: null, b: 0.3 }, truncated), 0);
  assert.equal(usedTruncation({ wt: null, b: 0 }, undefined), 0);
});

test("what is offered beside a mess goes on from where the slider stands", () => {
  assert.deepEqual(offeredTruncations(0, plain), [0.75]);
  assert.deepEqual(offeredTruncations(0.75, plain), [1, 0]);
  assert.deepEqual(offeredTruncations(0, truncated), [0.5]);
  assert.deepEqual(offeredTruncations(1, truncated), [0]);
});
