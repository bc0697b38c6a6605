import assert from "node:assert/strict";
import { test } from "node:test";

import { takenSentence, tileAbout } from "../../explorer/app/explore/word_truncation.js";

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
