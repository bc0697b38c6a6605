import assert from "node:assert/strict";
import { test } from "node:test";

import { clamp, fileName, fitCodes, ignoresWords, parseCodes, parseSeed, parseTileNames, replaceInText } from "../../explorer/app/shared/web/parse.js";

test("a number is clipped, and what is none gives the other value", () => {
  assert.equal(clamp("0.5", 0, 1, 9), 0.5);
  assert.equal(clamp("7", 0, 1, 9), 1);
  assert.equal(clamp("-7", 0, 1, 9), 0);
  for (const text of [null, "", "x", "nan", "Infinity", "1e999"]) assert.equal(clamp(text, 0, 1, 9), 9);
});

test("a seed has at most 63 bits and no leading zeros", () => {
  assert.equal(parseSeed("007"), "7");
  assert.equal(parseSeed(" 9223372036854775807 "), "9223372036854775807");
  for (const text of ["9223372036854775808", "-1", "1.5", "", "0x1", "x"]) assert.equal(parseSeed(text), null);
});

test("names of tiles are taken once each, those of another form left out", () => {
  assert.deepEqual(parseTileNames("7.3,7.3,x,1.9999,0.0,", 32), ["7.3", "0.0"]);
  assert.deepEqual(parseTileNames("1.0,2.0,3.0", 2), ["1.0", "2.0"]);
  assert.deepEqual(parseTileNames(null, 2), []);
});

test("codes are all numbers or none", () => {
  assert.deepEqual(parseCodes("3,-0.5,9999"), [3, -0.5, 1023]);
  assert.deepEqual(parseCodes("3,x"), []);
  assert.deepEqual(parseCodes(null), []);
});

test("codes fit a generator that has as many", () => {
  assert.deepEqual(fitCodes([10, 1], [12.4, -7]), [9, -2]);
  assert.deepEqual(fitCodes([10, 1], [1]), []);
  assert.deepEqual(fitCodes([], []), []);
});

test("a word is replaced where it first stands, whatever its case", () => {
  assert.equal(replaceInText("Boots + boots", "boots", "coat"), "coat + boots");
  assert.equal(replaceInText("dress", "boots", "coat"), "dress");
});

test("generators that are conditioned on nothing or on codes ignore words", () => {
  assert.deepEqual(["word", "label", "nothing", "codes", undefined].map(ignoresWords), [false, false, true, true, false]);
});

test("a file's name is plain", () => {
  assert.equal(fileName("boots - leather + été", "7"), "boots-leather-e-te-s7.png");
  assert.equal(fileName("../../", "0", { kind: "gif" }), "pictures-s0.gif");
  assert.equal(fileName("red boots", "7", { psi: 0.7, size: "896x896", generator: "run/../x", kind: "svg" }), "red-boots-s7-psi0.7-896x896-run-x.svg");
});
