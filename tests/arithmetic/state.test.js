import assert from "node:assert/strict";
import { test } from "node:test";

import { parseAxis, parseState, stateFields } from "../../explorer/app/arithmetic/state.js";

const fields = (search) => new URLSearchParams(stateFields(parseState(`tab=arithmetic&${search}`)).map((pair) => pair.map(String))).toString();

test("an address says again what it said", () => {
  for (const search of ["w=boots+-+leather&s=7&psi=0.5", "view=pictures&w=boots&plus=0.1%2C0.2&minus=3.4&noise=0.5", "view=axes&w=dress&style=noto&wt=0.5&axis=small%7Cbig%7C0.5&tostyle=flat&styleby=0.25"]) {
    assert.equal(fields(search), search);
  }
});

test("a sum that was typed elsewhere comes along, a word does not", () => {
  assert.equal(parseState("?w=boots+-+leather").sum, "boots - leather");
  assert.equal(parseState("?w=boots").sum, "");
});

test("an axis has two words and an amount within bounds", () => {
  assert.deepEqual(parseAxis("small|big|9"), ["small", "big", 2]);
  assert.deepEqual(parseAxis("small"), ["small", "", 0]);
});
