// @ts-check
// One of the threads that draw. It is given the generator first, and then numbers, again and again.

import { openNetwork, readTensors } from "./network.js";

/** @type {ReturnType<typeof openNetwork> | null} */
let draw = null;

/** @param {{ kernel: Uint8Array<ArrayBuffer>, config: any, shapes: [string, number[]][], weights: Uint8Array }} generator */
async function open({ kernel, config, shapes, weights }) {
  const abort = () => {
    throw new Error("the kernel gave up");
  };
  const { instance } = await WebAssembly.instantiate(kernel, { env: { abort } });
  const tensors = readTensors(weights, shapes);
  draw = openNetwork(instance.exports, config, (name) => {
    const found = tensors.get(name);
    if (!found) throw new Error(`the page lacks the weights ${name}`);
    return found;
  });
}

self.addEventListener("message", async ({ data }) => {
  try {
    if (data.generator) {
      await open(data.generator);
      self.postMessage({ ready: true });
    } else if (draw) {
      const pixels = draw(data.z, data.c, data.count);
      /** @type {any} */ (self).postMessage({ job: data.job, pixels }, [pixels.buffer]);
    }
  } catch (error) {
    self.postMessage({ job: data.job, error: String(error) });
  }
});
