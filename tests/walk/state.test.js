import assert from "node:assert/strict";
import { test } from "node:test";

import { rowsOf, courseSentence } from "../../explorer/app/walk/course_chart.js";
import { FIELDS, nameOf, parseState, stateFields, walkStyles, withEnd, wordOf } from "../../explorer/app/walk/state.js";

const fields = (search) => new URLSearchParams(stateFields(parseState(`tab=walk&${search}`)).map((pair) => pair.map(String))).toString();

test("an address says again what it said", () => {
  for (const search of [
    "s=7&psi=0.5&style=noto&wt=0.5&stop=boots&stop=coat%407.3&stopstyle=&stopstyle=any&over=z&way=linear&n=4&frames=48&loop=1&fps=24&pp=1&f=3",
    "view=pad&corner=a&corner=b&corner=c&corner=d&x=0.25&y=1",
    "view=pad&pad=noise&w=boots&axes=3",
    "view=turn&w=boots&from=0.1%2C0.2&to=0.3&amount=-1.5",
    "view=codes&right=2&down=1&k=1%2C0.5",
  ]) {
    assert.equal(fields(search), search);
    for (const [field] of new URLSearchParams(search)) assert.ok(FIELDS.includes(field), field);
  }
});

test("a word in the address of another tab is not this one's", () => {
  assert.equal(parseState("?w=slipper").w, "");
  assert.equal(parseState("?tab=walk&w=slipper").w, "slipper");
});

test("a walk has one style, or one for each of its stops", () => {
  const styles = (style, stopStyles) => walkStyles({ stops: ["coat", "boots"], stopStyles, style });
  assert.deepEqual(styles("", []), []);
  assert.deepEqual(styles("noto", ["", ""]), ["noto"]);
  assert.deepEqual(styles("noto", ["", "flat"]), ["noto", "flat"]);
  assert.deepEqual(styles("noto", ["any"]), ["", "noto"]);
  assert.deepEqual(styles("", ["flat", "flat"]), ["flat"]);
  assert.deepEqual(styles("each", ["flat", "noto"]), ["each"]);
});

test("of a crooked address the usual remains", () => {
  const state = parseState("?view=x&n=5&frames=0&fps=1e9&corner=a&x=-3&amount=nope");
  assert.deepEqual([state.view, state.n, state.frames, state.fps, state.corners, state.x, state.amount], ["film", "16", "24", 60, null, 0, 0]);
});

test("the rows of a course stand in the order in which their labels come", () => {
  const reply = { labels: ["coat", "boots", "never"], shares: [[0, 1, 0], [0.5, 0.5, 0], [1, 0, 0]] };
  assert.deepEqual(rowsOf(reply), [1, 0]);
});

test("the story of a course names each label and where it begins", () => {
  assert.equal(courseSentence({ stretches: [] }), "");
  assert.equal(courseSentence({ stretches: [["boots", 0]] }), "The judge sees boots all the way.");
  assert.equal(courseSentence({ stretches: [["boots", 0], ["", 4], ["coat", 9]] }, (label) => label.toUpperCase()), "The judge sees BOOTS, then a mixture from frame 5, then COAT from frame 10.");
  assert.equal(courseSentence({ stretches: [["boots", 0], ["coat", 9]] }), "The judge sees boots, then coat from frame 10.");
});

test("a found picture is a stop of its own kind, at either end, and stays whole in the address", () => {
  const found = `found:64.${"aB-_".repeat(200)}`;
  assert.equal(decodeURIComponent(fields(`stop=${found}&stop=boots@7.3`)), `stop=${found}&stop=boots@7.3`);
  assert.deepEqual([found, "boots@7.3", "found:x"].map(wordOf), ["", "boots", "found:x"]);
  assert.deepEqual([found, "boots"].map(nameOf), ["your picture", "boots"]);
  assert.deepEqual(withEnd(["a", "b", "c"], "from", found), [found, "b", "c"]);
  assert.deepEqual(withEnd(["a", "b", "c"], "to", found), ["a", "b", found]);
  assert.deepEqual(withEnd(["a"], "from", found), [found, "a"]);
  assert.deepEqual(withEnd(["a"], "to", found), ["a", found]);
});
