// The arithmetic of a generator's layers, four numbers at a time. AssemblyScript: `npm run kernel` makes kernel.wasm of it.
//
// One function does every layer with weights. A convolution is, for each pixel, a sum over taps (the places of its window)
// of a matrix product; a linear layer has one tap, and a fractionally strided convolution, or one behind an upsampling, is
// four convolutions of two by two taps. Which pixels are read, and where sums are written, stands in tables of offsets.
//
// All pointers and offsets are bytes. Maps are [tile, row, column, channel], their channels padded to a multiple of 8.

// @ts-ignore: decorator
@inline
function madd(x: v128, w: v128, sum: v128): v128 {
  return f32x4.add(f32x4.mul(x, w), sum);
}

/**
 * y[to[p] + j] = bias[j] + sum of x[from[p] + taps[t] + i] weights[j][t][i] over t and i, + rest[again[p] + j] unless
 * again is 0; for `count` pixels p, a multiple of 4, and `outputs` channels j, a multiple of 8.
 * weights: [outputs / 8][taps][inputs][8]. Four pixels by eight channels stay in registers.
 */
export function convolve(
  x: usize, weights: usize, bias: usize, y: usize, from: usize, to: usize, rest: usize, again: usize,
  taps: usize, tapCount: i32, inputs: i32, outputs: i32, count: i32,
): void {
  for (let j: i32 = 0; j < outputs; j += 8) {
    const b0 = v128.load(bias + (<usize>j << 2)), b1 = v128.load(bias + (<usize>j << 2), 16);
    for (let p: i32 = 0; p < count; p += 4) {
      const at = <usize>p << 2;
      const x0 = x + load<u32>(from + at), x1 = x + load<u32>(from + at, 4);
      const x2 = x + load<u32>(from + at, 8), x3 = x + load<u32>(from + at, 12);
      let a00 = b0, a01 = b1, a10 = b0, a11 = b1, a20 = b0, a21 = b1, a30 = b0, a31 = b1;
      let w = weights;
      for (let t: i32 = 0; t < tapCount; t++) {
        const tap = <usize>load<u32>(taps + (<usize>t << 2));
        let p0 = x0 + tap, p1 = x1 + tap, p2 = x2 + tap, p3 = x3 + tap;
        const end = w + (<usize>inputs << 5);
        for (; w < end; w += 32) {
          const w0 = v128.load(w), w1 = v128.load(w, 16);
          let v = v128.load32_splat(p0);
          a00 = madd(v, w0, a00); a01 = madd(v, w1, a01);
          v = v128.load32_splat(p1);
          a10 = madd(v, w0, a10); a11 = madd(v, w1, a11);
          v = v128.load32_splat(p2);
          a20 = madd(v, w0, a20); a21 = madd(v, w1, a21);
          v = v128.load32_splat(p3);
          a30 = madd(v, w0, a30); a31 = madd(v, w1, a31);
          p0 += 4; p1 += 4; p2 += 4; p3 += 4;
        }
      }
      if (again) {
        const old = rest + (<usize>j << 2);
        const r0 = old + load<u32>(again + at), r1 = old + load<u32>(again + at, 4);
        const r2 = old + load<u32>(again + at, 8), r3 = old + load<u32>(again + at, 12);
        a00 = f32x4.add(a00, v128.load(r0)); a01 = f32x4.add(a01, v128.load(r0, 16));
        a10 = f32x4.add(a10, v128.load(r1)); a11 = f32x4.add(a11, v128.load(r1, 16));
        a20 = f32x4.add(a20, v128.load(r2)); a21 = f32x4.add(a21, v128.load(r2, 16));
        a30 = f32x4.add(a30, v128.load(r3)); a31 = f32x4.add(a31, v128.load(r3, 16));
      }
      const out = y + (<usize>j << 2);
      const y0 = out + load<u32>(to + at), y1 = out + load<u32>(to + at, 4);
      const y2 = out + load<u32>(to + at, 8), y3 = out + load<u32>(to + at, 12);
      v128.store(y0, a00); v128.store(y0, a01, 16);
      v128.store(y1, a10); v128.store(y1, a11, 16);
      v128.store(y2, a20); v128.store(y2, a21, 16);
      v128.store(y3, a30); v128.store(y3, a31, 16);
    }
    weights += <usize>(tapCount * inputs) << 5;
  }
}

/** The same for the one to three channels of a picture, which would leave most of eight idle: y[to[p] + j], all of
 * `inputs` (a multiple of 4) multiplied four at a time. weights: [outputs][taps][inputs]. */
export function dots(
  x: usize, weights: usize, bias: usize, y: usize, from: usize, to: usize,
  taps: usize, tapCount: i32, inputs: i32, outputs: i32, count: i32,
): void {
  for (let j: i32 = 0; j < outputs; j++) {
    const b = load<f32>(bias + (<usize>j << 2));
    for (let p: i32 = 0; p < count; p++) {
      const at = x + load<u32>(from + (<usize>p << 2));
      let sum = f32x4.splat(0), more = f32x4.splat(0);
      let w = weights;
      for (let t: i32 = 0; t < tapCount; t++) {
        let v = at + <usize>load<u32>(taps + (<usize>t << 2));
        const end = w + (<usize>inputs << 2);
        for (; w + 16 < end; w += 32, v += 32) {
          sum = madd(v128.load(v), v128.load(w), sum);
          more = madd(v128.load(v, 16), v128.load(w, 16), more);
        }
        for (; w < end; w += 16, v += 16) sum = madd(v128.load(v), v128.load(w), sum);
      }
      sum = f32x4.add(sum, more);
      const total = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
      store<f32>(y + load<u32>(to + (<usize>p << 2)) + (<usize>j << 2), total + b);
    }
    weights += <usize>(tapCount * inputs) << 2;
  }
}

/** The maps x [n, side, side, channels], scaled by 1 + scale and shifted channel by channel, through a leaky ReLU of
 * `slope`, into the middle of y, [n, side + 2, side + 2, channels]. step: bytes from one tile's scale and shift to the next's. */
export function modulate(x: usize, scale: usize, shift: usize, step: usize, y: usize, n: i32, side: i32, channels: i32, slope: f32): void {
  const steep = f32x4.splat(slope), one = f32x4.splat(1);
  const row = <usize>channels << 2;
  y += (<usize>side + 3) * row; // past the upper border and the first of the left one
  for (let tile: i32 = 0; tile < n; tile++) {
    for (let r: i32 = 0; r < side; r++) {
      for (let c: i32 = 0; c < side; c++) {
        for (let k: usize = 0; k < row; k += 16) {
          const v = f32x4.add(f32x4.mul(v128.load(x + k), f32x4.add(one, v128.load(scale + k))), v128.load(shift + k));
          v128.store(y + k, f32x4.max(v, f32x4.mul(v, steep)));
        }
        x += row;
        y += row;
      }
      y += 2 * row;
    }
    y += (2 * <usize>side + 4) * row;
    scale += step;
    shift += step;
  }
}
