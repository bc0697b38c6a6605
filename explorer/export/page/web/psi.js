// @ts-check
// psi, the standard deviation of z that is kept, as explorer/explore/spec/psi.py has it.

import { erf, ndtr, ndtri } from "./normal.js";

/** The share of a normal's draws within [-t, t]. @param {number} t */
export const mass = (t) => erf(t * Math.SQRT1_2);

/** @param {number} a @param {number} x */
function series(a, x) {
  let term = 1 / a;
  let total = term;
  while (term > total * 1e-17) {
    a += 1;
    term *= x / a;
    total += term;
  }
  return total;
}

/** The bound whose truncated normal has standard deviation psi. @param {number} psi */
export function bound(psi) {
  if (psi <= 0) return 0;
  if (psi >= 1) return Infinity;
  const missing = (1 - psi) * (1 + psi);
  const isTooWide = (/** @type {number} */ t) => {
    const x = (t * t) / 2; // by whichever of the variance and what it lacks of 1 is small
    if (psi < 0.7) return (2 * x * series(1.5, x)) / series(0.5, x) > psi * psi;
    return (2 * t * Math.exp(-x)) / Math.sqrt(2 * Math.PI) / mass(t) < missing;
  };
  let [near, far] = [psi, 9 + 2 * psi];
  for (;;) {
    const middle = Math.sqrt(near * far);
    if (!(near < middle && middle < far)) return near;
    if (isTooWide(middle)) far = middle;
    else near = middle;
  }
}

/** Noise with its spread cut to psi, every number by its quantile. @param {Float64Array} z @param {number} psi */
export function smooth(z, psi) {
  if (psi === 1) return z;
  if (psi > 1 || psi === 0) return z.map((x) => psi * x);
  const t = bound(psi);
  const [tail, within] = [ndtr(-t), mass(t)];
  return z.map((x) => {
    const size = -Math.max(ndtri(tail + ndtr(-Math.abs(x)) * within), -t);
    return x < 0 ? -size : size;
  });
}
