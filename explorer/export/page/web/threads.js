// @ts-check
// The threads that draw: workers of the browser, each with the generator, which share the tiles of a picture.

const MOST = 4;

/** @typedef {{ z: Float32Array, c: Float32Array, count: number }} Job z [count, z_dim] and conditions [count, c_dim] */

/** Start them. Gives what draws a job: its pixels, count x height x width x channels.
 * @param {string} script what a worker runs @param {object} generator see `worker.js`
 * @returns {Promise<(job: Job) => Promise<Uint8Array>>} */
export async function startThreads(script, generator) {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const count = Math.max(1, Math.min(MOST, navigator.hardwareConcurrency || 1));
  const workers = await Promise.all(Array.from({ length: count }, () => started(address, generator)));
  URL.revokeObjectURL(address);
  let jobs = 0;

  /** @param {Worker} worker @param {Job} job @returns {Promise<Uint8Array>} */
  function drawn(worker, job) {
    return new Promise((resolve, reject) => {
      const number = ++jobs;
      worker.addEventListener("message", function listen({ data }) {
        if (data.job !== number) return;
        worker.removeEventListener("message", listen);
        if (data.error) reject(new Error(data.error));
        else resolve(data.pixels);
      });
      worker.postMessage({ ...job, job: number });
    });
  }

  return async ({ z, c, count: tiles }) => {
    const [zDim, cDim, each] = [z.length / tiles, c.length / tiles, Math.ceil(tiles / workers.length)];
    const parts = workers.map((worker, i) => {
      const [first, last] = [Math.min(tiles, i * each), Math.min(tiles, (i + 1) * each)];
      return last > first ? drawn(worker, { z: z.slice(first * zDim, last * zDim), c: c.slice(first * cDim, last * cDim), count: last - first }) : null;
    });
    const pixels = (await Promise.all(parts)).filter((part) => part !== null);
    const whole = new Uint8Array(pixels.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of pixels) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
}

/** @param {string} address @param {object} generator @returns {Promise<Worker>} once it can draw */
function started(address, generator) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(address);
    worker.addEventListener("error", (event) => reject(new Error(event.message || "this browser starts no worker")));
    worker.addEventListener("message", ({ data }) => (data.ready ? resolve(worker) : reject(new Error(data.error))), { once: true });
    worker.postMessage({ generator });
  });
}
