import assert from "node:assert/strict";
import { test } from "node:test";

import { percent } from "../../explorer/app/explore/labels.js";

test("shares are whole percents", () => {
  assert.equal(percent(0.756), "76 %");
});
