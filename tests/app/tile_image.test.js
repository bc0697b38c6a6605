import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document ??= /** @type {any} */ ({});
const { tileRecipe } = await import("../../explorer/app/shared/web/tile_image.js");

test("the recipe of one tile is that of all with its latent alone", () => {
  const seeded = '{"v":1,"latents":{"kind":"seeded","seed":9223372036854775807,"count":16},"psi":1.0}';
  assert.equal(tileRecipe(seeded, 5), '{"v":1,"latents":{"kind":"mixed","tiles":[[[1.0,9223372036854775807,5]]]},"psi":1.0}');
  const mixed = JSON.stringify({ v: 1, latents: { kind: "mixed", tiles: [[[1, 7, 3]], [[0.5, 8, 2]]] } });
  assert.deepEqual(JSON.parse(tileRecipe(mixed, 1) ?? "").latents.tiles, [[[0.5, 8, 2]]]);
  const sheet = JSON.stringify({ v: 1, sheet: [{ condition: "a" }, { condition: "b" }] });
  assert.deepEqual(JSON.parse(tileRecipe(sheet, 1) ?? ""), { condition: "b" });
});

test("where it cannot be told without loss there is none", () => {
  assert.equal(tileRecipe(null, 0), null);
  assert.equal(tileRecipe('{"latents":{"kind":"mixed","tiles":[[[1.0,9223372036854775807,5]]]}}', 0), null);
  assert.equal(tileRecipe('{"latents":{"kind":"mixed","tiles":[[[1.0,1,5]]]}}', 4), null);
});
