import assert from "node:assert/strict";
import { test } from "node:test";

import { keepJudgement, percent, verdict } from "../../explorer/app/explore/labels.js";

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

test("in a drag the last judgement stands", () => {
  const [late, before] = [reply({ boots: 0, coat: 0 }), reply({ boots: 0.75, shoes: 1 })];
  keepJudgement(late, before);
  assert.deepEqual(late.table.map(([, , share]) => share), [0.75, null]);
  assert.equal(late.seen, before.seen);
  assert.equal(percent(0.756), "76 %");
});
