import assert from "node:assert/strict";
import { test } from "node:test";

import { keepJudgement, percent } from "../../explorer/app/explore/labels.js";

const reply = (shares) => {
  const table = Object.entries(shares).map(([label, share]) => [label, 0.5, share]);
  return { table, seen: table.map(([label, , share]) => [label, share]).sort((a, b) => b[1] - a[1]), verdict: Object.keys(shares).join() };
};

test("in a drag the last judgement stands", () => {
  const [late, before] = [reply({ boots: 0, coat: 0 }), reply({ boots: 0.75, shoes: 1 })];
  keepJudgement(late, before);
  assert.deepEqual(late.table.map(([, , share]) => share), [0.75, null]);
  assert.equal(late.seen, before.seen);
  assert.equal(late.verdict, "boots,shoes");
  assert.equal(percent(0.756), "76 %");
});
