import assert from "node:assert/strict";
import { test } from "node:test";

import { percent, verdict } from "../../explorer/app/explore/labels.js";

const reply = (shares, conditioning = "word") => {
  const table = Object.entries(shares).map(([label, share]) => [label, 0.5, share]);
  return { table, seen: table.map(([label, , share]) => [label, share]).sort((a, b) => b[1] - a[1]), count: 16, conditioning };
};

test("the verdict compares the nearest label with the label that is seen most", () => {
  assert.match(verdict(reply({ boots: 1, coat: 0 })), /judged as boots \(16 of 16\)/);
  assert.match(verdict(reply({ boots: 0, coat: 1 })), /boots.*coat \(16 of 16\)/);
  assert.match(verdict(reply({ a: 0.25, b: 0.25, c: 0.25, d: 0.25 })), /a bit of everything \(4 of 16 at most\)/);
  assert.match(verdict(reply({ boots: 0.5, coat: 0.5 }, "nothing")), /mostly as boots and coat \(8 of 16 each\)/);
  assert.equal(verdict({ ...reply({ boots: 1 }), seen: [] }), "");
});

test("shares are whole percents", () => {
  assert.equal(percent(0.756), "76 %");
});
