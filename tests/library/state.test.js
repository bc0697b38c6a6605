import assert from "node:assert/strict";
import { test } from "node:test";

import { differences, parseState, parseTags, stateFields } from "../../explorer/app/library/state.js";
import { withText } from "../../explorer/app/shared/web/png_text.js";

test("the address says what is on the shelf", () => {
  for (const search of ["q=red+boots", "tag=a&tag=b&kind=walk", "trash=1", ""]) {
    assert.equal(new URLSearchParams(stateFields(parseState(`?tab=library&${search}`))).toString(), search);
  }
  assert.deepEqual(parseState("?tab=explore&q=x&kind=walk&trash=1"), { search: "", kind: "", tags: [], trash: false });
  assert.equal(parseState("?tab=library&kind=nonsense").kind, "");
});

test("tags are told apart by commas, each once", () => {
  assert.deepEqual(parseTags(" red, Shoes,shoes ,, big toe "), ["red", "Shoes", "big toe"]);
});

test("two entries are told apart by what differs", () => {
  const entry = { word: "boots", kind: "picture", generator: "g", seed: "7", psi: 1, tags: ["a"], note: "", day: "2026-01-01" };
  const recipe = (fields) => JSON.stringify({ v: 1, checkpoint: "g", condition: "boots", psi: 1, ...fields });
  const rows = differences({ ...entry, recipe: recipe({ style: "noto" }) }, { ...entry, seed: null, recipe: recipe({ latents: { kind: "mixed", tiles: [1, 2] }, jitter: 0 }) });
  assert.deepEqual(rows.filter(([, , , same]) => !same).map(([name, one, other]) => [name, one, other]), [
    ["seed", "7", "several"],
    ["style", "noto", ""],
    ["latents", "", "2 mixed"],
  ]);
  assert.ok(differences({ ...entry, recipe: '{"v":1' }, { ...entry, recipe: "" }).every(([, , , same]) => same));
});

test("a text is put behind the head of a PNG", () => {
  const png = Uint8Array.from({ length: 60 }, (_, i) => i);
  const whole = withText(png, "a", "b");
  assert.deepEqual([...whole.slice(0, 33)], [...png.slice(0, 33)]);
  assert.equal(Buffer.from(whole.slice(33, 48)).toString("hex"), "0000000374455874610062dc49a23b");
  assert.deepEqual([...whole.slice(48)], [...png.slice(33)]);
});
