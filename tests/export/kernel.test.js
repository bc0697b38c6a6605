import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const SOURCE = new URL("../../explorer/export/page/web/kernel.ts", import.meta.url);
const BUILT = new URL("kernel.wasm", SOURCE);

test("kernel.wasm is what kernel.ts says", async (context) => {
  const compiler = await import("assemblyscript/asc").catch(() => null);
  if (!compiler) return context.skip("no AssemblyScript here: npm ci installs it");
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf-8"));
  const options = scripts.kernel.split(" ").slice(1).filter((part) => !part.includes("kernel."));
  let built = null;
  const { error } = await compiler.main(["kernel.ts", "--outFile", "kernel.wasm", ...options.filter((part) => part !== "-o")], {
    readFile: (name) => (name.endsWith("kernel.ts") ? readFileSync(SOURCE, "utf-8") : null),
    writeFile: (_, contents) => (built = contents),
    listFiles: () => [],
  });
  assert.equal(error, null);
  assert.deepEqual(new Uint8Array(built), new Uint8Array(readFileSync(BUILT)));
});
