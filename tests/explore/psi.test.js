import assert from "node:assert/strict";
import { test } from "node:test";

import { densityPath } from "../../explorer/app/explore/psi_slider.js";

const heights = (path) => [...path.matchAll(/L?([\d.]+) ([\d.]+)/g)].map(([, , y]) => Number(y));

test("the whole normal is symmetric, highest in the middle", () => {
  const ys = heights(densityPath(1, [null, 1]));
  assert.equal(Math.min(...ys), ys[51]);
  assert.deepEqual(ys, [...ys].reverse());
});

test("a cut normal ends at its bound and is higher within it", () => {
  const [whole, cut] = [heights(densityPath(1, [null, 1])), heights(densityPath(0.5, [1, 0.68]))];
  assert.ok(cut[51] < whole[51]);
  assert.equal(cut[20], 43);
});
