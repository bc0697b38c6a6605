import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { openNetwork } from "../../explorer/export/page/web/network.js";
import { erf, ndtr, ndtri } from "../../explorer/export/page/web/normal.js";
import { smooth } from "../../explorer/export/page/web/psi.js";
import { addressOf, parseState, recipeOf } from "../../explorer/export/page/web/recipe.js";

const CONFIG = { resolution: 28, channels: 1, z_dim: 64, c_dim: 100, size: 32, ear: true, norm: "none", z: "normal", network: "residual", styles: 0, mapping: 128, scale_condition: true };
const WEB = new URL("../../explorer/export/page/web/", import.meta.url);

/** Weights of the sizes of fashion-words, small numbers that repeat. */
function weights(name) {
  const widths = { "start.weight": 3136 * 164, "style.0.weight": 128 * 164, "ear.map": 10000 };
  return Float32Array.from({ length: widths[name] ?? 160000 }, (_, i) => Math.sin(i * 12.9898 + name.length) / 20);
}

async function kernel() {
  const { instance } = await WebAssembly.instantiate(readFileSync(new URL("kernel.wasm", WEB)), { env: { abort: assert.fail } });
  return instance.exports;
}

test("sixteen pictures of fashion-words take less than 60 ms of a processor", async () => {
  const draw = openNetwork(await kernel(), CONFIG, weights);
  const [z, c] = [new Float32Array(16 * 64).fill(0.3), new Float32Array(16 * 100).fill(0.1)];
  for (let i = 0; i < 10; i++) draw(z, c, 16);
  const times = [];
  for (let i = 0; i < 15; i++) {
    const before = process.cpuUsage();
    draw(z, c, 16);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const median = times.sort((a, b) => a - b)[7];
  assert.ok(median < 60, `${median} ms`);
});

test("no tile depends on how many are drawn with it", async () => {
  const draw = openNetwork(await kernel(), CONFIG, weights);
  const z = Float32Array.from({ length: 19 * 64 }, (_, i) => Math.cos(i));
  const c = Float32Array.from({ length: 19 * 100 }, (_, i) => Math.sin(i));
  const all = draw(z, c, 19);
  assert.equal(all.length, 19 * 784);
  for (const [first, count] of [[0, 1], [7, 3], [16, 3], [18, 1]]) {
    const some = draw(z.slice(first * 64, (first + count) * 64), c.slice(first * 100, (first + count) * 100), count);
    assert.deepEqual(some, all.slice(first * 784, (first + count) * 784));
  }
});

test("the normal's functions, against values of the literature", () => {
  for (const [p, x] of [[0.25, -0.6744897501960817], [0.001, -3.090232306167813], [1e-20, -9.262340089798408], [0.5, 0]]) {
    assert.ok(Math.abs(ndtri(p) - x) < 1e-14 * Math.max(1, Math.abs(x)));
    assert.ok(Math.abs(ndtr(x) / p - 1) < 1e-13);
  }
  assert.ok(Math.abs(erf(1) - 0.8427007929497149) < 1e-15);
  assert.equal(ndtr(40), 1);
});

test("psi keeps its share of the spread, and 1 changes nothing", () => {
  const z = Float64Array.from({ length: 4001 }, (_, i) => ndtriOf((i + 0.5) / 4001));
  assert.equal(smooth(z, 1), z);
  for (const psi of [0.1, 0.5, 0.9]) {
    const spread = Math.sqrt(smooth(z, psi).reduce((sum, x) => sum + x * x, 0) / z.length);
    assert.ok(Math.abs(spread - psi) < 2e-3, `${spread}`);
  }
});

const ndtriOf = (/** @type {number} */ p) => (p <= 0.5 ? ndtri(p) : -ndtri(1 - p));

test("an address holds the state, and a recipe is ASCII", () => {
  const state = { w: "crème + brûlée", s: "9223372036854775807", n: 64, psi: 0.5, style: "noto", wt: 0.25, w2: "boots", at: 0.5 };
  assert.deepEqual(parseState(addressOf(state), "slipper"), state);
  assert.deepEqual(parseState("s=-1&n=5&psi=9&at=x", "slipper"), { w: "slipper", s: "0", n: 16, psi: 1.5, style: "", wt: null, w2: null, at: 0 });
  const recipe = recipeOf("mine", state, null, 0.25);
  assert.match(recipe, /^[ -~]+$/);
  const fields = JSON.parse(recipe);
  assert.deepEqual([fields.condition, fields.psi, fields.word_truncation, fields.style], [state.w, 0.5, 0.25, "noto"]);
  assert.ok(recipe.includes('"seed":9223372036854775807,'));
  assert.match(recipeOf("mine", state, null, 0, 3), /"tiles":\[\[\[1\.0,9223372036854775807,3\]\]\]/);
});
