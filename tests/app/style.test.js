import assert from "node:assert/strict";
import { test } from "node:test";

import { chosenTruncation, drawnWith, drawnWithFields, fitStyle, inStyle, namesIn, parseDrawnWith, parseStyle, styleBetween, withToggled } from "../../explorer/app/shared/web/style.js";

const offer = (...styles) => /** @type {any} */ ({ styles });

test("an open style is none, and every picture's own has one spelling", () => {
  assert.deepEqual([null, "", " Any ", " EACH ", " noto "].map(parseStyle), ["", "", "", "each", "noto"]);
  assert.equal(parseStyle("x".repeat(5000)).length, 1000);
});

test("a mixture is taken apart into names", () => {
  assert.deepEqual(namesIn("Noto + 0.5*doodle + .5 × fluent-flat"), ["noto", "doodle", "fluent-flat"]);
  assert.deepEqual(namesIn("3d"), ["3d"]);
  assert.deepEqual(namesIn(""), []);
});

test("a chip is added to a mixture, or taken out of it", () => {
  assert.equal(withToggled("", "noto"), "noto");
  assert.equal(withToggled("noto", "doodle"), "noto + doodle");
  assert.equal(withToggled("noto + 0.5*doodle", "noto"), "0.5*doodle");
  assert.equal(withToggled("noto", "noto"), "");
  assert.equal(withToggled("each", "noto"), "noto");
});

test("between two styles lie mixtures, whose weights sum to one", () => {
  assert.equal(styleBetween("noto", "doodle", 0), "noto");
  assert.equal(styleBetween("noto", "doodle", 1), "doodle");
  assert.equal(styleBetween("noto", "doodle", 0.25), "0.75*noto + 0.25*doodle");
  assert.equal(styleBetween("noto + 3*flat", "", 0.5), "0.125*noto + 0.375*flat + 0.5*any");
});

test("another generator keeps a style that it has", () => {
  assert.equal(fitStyle("noto + 0.5*any", offer("noto", "flat")), "noto + 0.5*any");
  assert.equal(fitStyle("each", offer("noto")), "each");
  assert.equal(fitStyle("noto + doodle", offer("noto", "flat")), "");
  assert.equal(fitStyle("noto", offer()), "noto"); // it is not asked for, and comes back with the next
  assert.equal(fitStyle("noto", undefined), "noto");
});

test("the address says again what it said, and is clipped", () => {
  const fields = (search) => new URLSearchParams(drawnWithFields(parseDrawnWith(new URLSearchParams(search))).map((pair) => pair.map(String))).toString();
  for (const search of ["", "psi=0.5", "style=noto+%2B+0.5*doodle&wt=0.7", "style=each", "wt=0"]) assert.equal(fields(search), search);
  assert.equal(fields("psi=9&style=any&wt=-3"), "psi=1.5&wt=0");
  assert.equal(fields("wt=nope"), "");
});

test("a style is asked for only where there are some", () => {
  const state = { psi: 1, style: "noto", wt: 0.5 };
  assert.deepEqual(drawnWith(state, { offer: offer("noto") }), state);
  assert.deepEqual(drawnWith(state, { offer: offer() }), { psi: 1, wt: 0.5 });
  assert.deepEqual(drawnWith(state, { offer: undefined }), state); // the menu has not come yet
  assert.deepEqual(drawnWith({ psi: 0.5, style: "", wt: null }, { offer: offer("noto") }), { psi: 0.5 });
  assert.deepEqual(drawnWith({ psi: 0.5, style: "", wt: 0 }, { offer: offer("noto") }), { psi: 0.5, wt: 0 });
});

test("a word truncation that is the generator's own is nobody's choice", () => {
  const usual = /** @type {any} */ ({ word_truncation: 0.75 });
  assert.deepEqual([0.75, 0, null].map((wt) => chosenTruncation(wt, usual)), [null, 0, null]);
  assert.deepEqual([0.75, 0, null].map((wt) => chosenTruncation(wt, undefined)), [0.75, 0, null]); // the menu has not come yet
});

test("a sentence says in which style", () => {
  assert.deepEqual(["", "each", "noto"].map(inStyle), ["", " in all styles", " in noto"]);
});
