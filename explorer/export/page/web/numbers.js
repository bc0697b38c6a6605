// @ts-check
// Numbers out of the bytes that a page carries, little-endian.

/** float16 as float32. @param {Uint8Array} bytes */
export function halves(bytes) {
  const numbers = new Float32Array(bytes.length / 2);
  for (let i = 0; i < numbers.length; i++) {
    const bits = bytes[2 * i] | (bytes[2 * i + 1] << 8);
    const [power, fraction] = [(bits >> 10) & 31, bits & 1023];
    const size = power ? 2 ** (power - 15) * (1 + fraction / 1024) : fraction * 2 ** -24;
    numbers[i] = bits >> 15 ? -size : size;
  }
  return numbers;
}

/** Rows of a matrix. @param {Float32Array} matrix @param {number} dim @param {number} row */
export function rowOf(matrix, dim, row) {
  return matrix.subarray(row * dim, (row + 1) * dim);
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b of the same length */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
