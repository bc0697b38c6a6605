import assert from "node:assert/strict";
import { test } from "node:test";

import { readText, withText } from "../../explorer/app/shared/web/png_text.js";

const PNG = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="), (letter) => letter.charCodeAt(0));

test("a text that was put into a PNG is read again, and no other", () => {
  const png = withText(withText(PNG, "gan-explorer", '{"v":1}'), "gan-explorer-page", "?w=x");
  assert.equal(readText(png, "gan-explorer"), '{"v":1}');
  assert.equal(readText(png, "gan-explorer-page"), "?w=x");
  for (const other of [PNG, new Uint8Array(), png.subarray(0, 40)]) assert.equal(readText(other, "gan-explorer"), null);
});
