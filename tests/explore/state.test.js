import assert from "node:assert/strict";
import { test } from "node:test";

import { DEFAULTS, drawRequest, parseKept, parseState, secondRequest, stateFields } from "../../explorer/app/explore/state.js";

const fields = (search) => new URLSearchParams(stateFields(parseState(search))).toString();

test("an address says again what it said, and no default", () => {
  assert.equal(fields(""), "w=slipper");
  for (const search of ["w=red+boots&s=7&psi=0.8", "w=coat&psi=0.5&mode=resample", "w=x&k=1%2C0.5&j=0.1&b=0.2&t=0.5", "w=x&psi=0.5&style=noto+%2B+0.5*flat&wt=0.3&mode=resample", "w=x&z=1.2%2C3.4", "w=x&z=1.2&n=16", "w=x&w2=", "w=x&w2=red+boots&at=0.25&diff=1"]) {
    assert.equal(fields(search), search);
  }
});

test("a crooked address is clipped", () => {
  const state = parseState("?w=&s=-1&psi=nan&n=5&mode=x&j=&b=1e9&z=1.999,x,7.");
  assert.deepEqual({ ...state, k: 0, kept: 0 }, { ...DEFAULTS, w: "", b: 1, k: 0, kept: 0, recipe: null });
  assert.deepEqual(parseKept("1.999,x,7.,007.03,7.3,99999999999999999999.0"), ["7.3"]);
});

test("a style and word truncation are asked for with the pictures", () => {
  const { style, wt, b } = drawRequest(parseState("?style=noto&wt=0.5&b=0.2"), "m", { generator: "" });
  assert.deepEqual([style, wt, b], ["noto", 0.5, 0.2]);
  assert.equal(drawRequest(parseState("?style=noto"), "m", { generator: "g", offer: /** @type {any} */ ({ codes: [], styles: [] }) }).style, undefined);
});

test("a generator is asked only for what it is conditioned on", () => {
  const state = parseState("?w=boots&t=0.5&k=3,0.5");
  const request = (conditioning, codes) => drawRequest(state, "m", { generator: "g", offer: /** @type {any} */ ({ conditioning, codes, styles: [] }) });
  assert.equal(request("label", []).t, 0.5);
  assert.equal(request("word", []).t, undefined);
  assert.deepEqual(request("codes", [10, 1]).k, [3, 0.5]);
  assert.equal(request("codes", [10]).k, undefined);
  assert.deepEqual(drawRequest(state, "m", { generator: "", offer: undefined }).k, [3, 0.5]); // the menu has not come yet
  assert.deepEqual(drawRequest(parseState("?z=1.2"), "m", { generator: "" }).z, ["1.2"]);
});

test("the second word is asked for on the same latents, without the first one's own vector", () => {
  const request = { tab: "m", w: "", s: "7", psi: 0.5, r: JSON.stringify({ condition: [1, 0], edits: { off: {} } }) };
  assert.deepEqual(secondRequest(request, "boots", "n"), { tab: "n", w: "boots", s: "7", psi: 0.5, r: JSON.stringify({ edits: { off: {} } }) });
  assert.deepEqual(secondRequest({ tab: "m", w: "coat", r: JSON.stringify({ condition: [1] }) }, "boots", "n"), { tab: "n", w: "boots" });
});
