import assert from "node:assert/strict";
import { test } from "node:test";

import { parseState, stateFields } from "../../explorer/app/compare/state.js";

const fields = (search) => new URLSearchParams(stateFields(parseState(search)).map((pair) => pair.map(String))).toString();

test("an address says again what it said", () => {
  for (const search of ["of=a&of=b&n=5000&s=7", "view=grid&w=boots&psi=0.5&x=word&xv=boots&xv=coat&y=seed&yv=0-7", "view=grid&style=noto&wt=0.5&x=style&xv=noto&y=word"]) assert.equal(fields(search), search);
});

test("a crooked address is clipped", () => {
  const state = parseState(`?view=x&n=7&x=nothing&y=nothing&psi=9&${"of=a&".repeat(20)}`);
  assert.deepEqual([state.view, state.n, state.x, state.y, state.psi, state.of], ["side", 1000, "psi", "word", 1.5, ["a"]]);
});
