import assert from "node:assert/strict";
import { test } from "node:test";

import { parseRecipe, withoutPart, withTile } from "../../explorer/app/explore/recipe.js";
import { drawRequest, parseState, stateFields } from "../../explorer/app/explore/state.js";

const RECIPE = { condition: [0.5, -0.25], latents: { kind: "stored", tiles: [[1, 2], [3, 4]] } };

test("a recipe goes from the address into the request and back", () => {
  const search = new URLSearchParams([["w", ""], ["r", JSON.stringify(RECIPE)]]).toString();
  const state = parseState(search);
  assert.deepEqual(state.recipe, RECIPE);
  assert.equal(new URLSearchParams(stateFields(state)).toString(), search);
  assert.deepEqual(JSON.parse(drawRequest(state, "m", { generator: "" }).r), RECIPE);
  assert.equal(drawRequest(parseState("?w=coat"), "m", { generator: "" }).r, undefined);
});

test("what is no recipe is none", () => {
  for (const text of [null, "", "{", "[]", "{}", "7", "null", '{"checkpoint":"x"}', '{"latents":null}', "x".repeat(50000)]) assert.equal(parseRecipe(text), null);
});

test("its parts are let go one by one", () => {
  const rest = withoutPart(RECIPE, "condition");
  assert.deepEqual(Object.keys(rest), ["latents"]);
  assert.equal(withoutPart(rest, "latents"), null);
  assert.equal(withoutPart(null, "edits"), null);
});

test("one tile of it is drawn alone", () => {
  assert.deepEqual(withTile(RECIPE, 1).latents, { kind: "stored", tiles: [[3, 4]] });
  const found = { latents: { kind: "stored", tiles: [[1], [2]], w: [[0.25, 0], [0, -1]] } };
  assert.deepEqual(withTile(found, 1).latents, { kind: "stored", tiles: [[2]], w: [[0, -1]] });
  const seeded = { latents: { kind: "seeded", seed: 7, count: 200 } };
  assert.deepEqual(withTile(seeded, 150).latents, { kind: "mixed", tiles: [[[1, 7, 150]]] });
});
