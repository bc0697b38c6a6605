import assert from "node:assert/strict";
import { test } from "node:test";

import { parseEdits, parseState, stateFields } from "../../explorer/app/inside/state.js";

test("units and directions are read from the address, and what is none left out", () => {
  const { off, mean, push } = parseEdits("?off=blocks.1:3.17.x&off=last&push=pca|0|1.5&push=own|longer sleeves|9&push=x|0|1&push=pca|y|1&mean=yes");
  assert.deepEqual(off, [["blocks.1", 3], ["blocks.1", 17]]);
  assert.equal(mean, false);
  assert.equal(parseEdits("?mean=1").mean, true);
  assert.deepEqual(push, [["pca", 0, 1.5], ["own", "longer sleeves", 3]]);
});

test("the address says what its part needs", () => {
  const state = parseState("?w=boots&s=7&style=noto&wt=0.5&part=units&layer=blocks.1");
  const off = [["blocks.1", 3], ["blocks.2", 4], ["blocks.1", 17]];
  const push = [["pca", 0, 1.5]];
  assert.deepEqual(stateFields(state, "units", { off, mean: true, push }), [["w", "boots"], ["s", "7"], ["style", "noto"], ["wt", 0.5], ["layer", "blocks.1"], ["off", "blocks.1:3.17"], ["off", "blocks.2:4"], ["mean", "1"]]);
  assert.deepEqual(stateFields({ ...state, part: "axes" }, "units", { off, mean: true, push }), [["w", "boots"], ["s", "7"], ["style", "noto"], ["wt", 0.5], ["part", "axes"], ["push", "pca|0|1.5"]]);
});
