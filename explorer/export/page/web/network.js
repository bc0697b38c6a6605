// @ts-check
// A generator's forward pass: z and a condition in, pixels out, as explorer/models/generator.py has it. The layers are
// calls of the kernel; what is here is their order, and their weights in the kernel's layout.

import { halves } from "./numbers.js";
import { ndtr as normalShare } from "./normal.js";

const ROWS = 16; // tiles of a pass
const SLOPE = 0.2;
const EPSILON = 1e-5; // of batch norm

/** @typedef {{ resolution: number, channels: number, z_dim: number, c_dim: number, size: number, ear: boolean, norm: string, z: string,
 *   network: string, styles: number, mapping: number, scale_condition: boolean }} Config */
/** @typedef {(name: string) => Float32Array} Weights */

/** @param {number} n */
const padded = (n) => 8 * Math.ceil(n / 8);

/** The tensors of a file by name, as float32. @param {Uint8Array} bytes float16, one after the other
 * @param {[string, number[]][]} shapes */
export function readTensors(bytes, shapes) {
  const tensors = new Map();
  let at = 0;
  for (const [name, shape] of shapes) {
    const length = shape.reduce((a, b) => a * b, 1);
    tensors.set(name, halves(bytes.subarray(2 * at, 2 * (at + length))));
    at += length;
  }
  return tensors;
}

/** @param {Config} config */
function sidesOf({ network, resolution }) {
  const sides = [network === "residual" ? resolution : resolution / 2];
  const least = network === "residual" ? 7 : 4;
  while (sides[0] % 2 === 0 && sides[0] / 2 >= least) sides.unshift(sides[0] / 2);
  return sides;
}

/** @param {Config} config @param {number} side */
function widthAt({ network, resolution, size }, side) {
  return size * (network === "dcgan" ? Math.floor(resolution / 2 / side) : Math.min(4, Math.floor(resolution / side)));
}

/** The kernel's memory, handed out once and for all. */
class Memory {
  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    this.memory = memory;
    this.end = 1024;
  }

  /** A place for so many numbers, all zero. @param {number} length @returns {number} its address */
  take(length) {
    const at = this.end;
    this.end += 16 * Math.ceil(length / 4);
    const missing = this.end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536) + 64);
    return at;
  }

  /** @param {ArrayLike<number>} numbers */
  floats(numbers) {
    const at = this.take(numbers.length);
    new Float32Array(this.memory.buffer, at, numbers.length).set(numbers);
    return at;
  }

  /** @param {ArrayLike<number>} numbers */
  words(numbers) {
    const at = this.take(numbers.length);
    new Uint32Array(this.memory.buffer, at, numbers.length).set(numbers);
    return at;
  }

  /** What is there now; memory that grows gets other buffers. @param {number} at @param {number} length */
  view(at, length) {
    return new Float32Array(this.memory.buffer, at, length);
  }
}

/** Offsets of the pixels of ROWS maps, in bytes. @param {number} side @param {number} channels padded
 * @param {{ border?: number, times?: number, row?: number, column?: number }} [place] border: pixels around each map; times: of how many
 * pixels one is meant, in each direction, and which */
function offsets(side, channels, { border = 0, times = 1, row = 0, column = 0 } = {}) {
  const wide = side * times + 2 * border;
  const found = [];
  for (let tile = 0; tile < ROWS; tile++)
    for (let r = 0; r < side; r++) for (let c = 0; c < side; c++) found.push(4 * channels * ((tile * wide + r * times + row) * wide + c * times + column));
  return found;
}

/** A generator that is ready to draw.
 * @param {WebAssembly.Exports & any} kernel @param {Config} config @param {Weights} weights by the names of checkpoints
 * @returns {(z: Float32Array, c: Float32Array, count: number) => Uint8Array} z [count, z_dim] and the condition [count, c_dim]
 * give pixels [count, resolution, resolution, channels] */
export function openNetwork(kernel, config, weights) {
  const memory = new Memory(kernel.memory);
  const { resolution, channels, z_dim: zDim, c_dim: cDim } = config;
  const isDcgan = config.network === "dcgan";
  const sides = sidesOf(config);
  const inputs = zDim + cDim;
  /** @type {Map<string, number>} */
  const tables = new Map();

  /** @param {number} side @param {number} wide @param {Parameters<typeof offsets>[2]} [place] */
  function table(side, wide, place = {}) {
    const name = JSON.stringify([side, wide, place]);
    if (!tables.has(name)) tables.set(name, memory.words(offsets(side, wide, place)));
    return /** @type {number} */ (tables.get(name));
  }

  /** Weights in the kernel's layout. @param {number} outputs @param {number} taps @param {number} ins @param {(o: number, t: number, i: number) => number} weight */
  function pack(outputs, taps, ins, weight) {
    const all = new Float32Array(padded(outputs) * taps * padded(ins));
    for (let o = 0; o < outputs; o++) {
      const panel = (o >> 3) * taps * padded(ins);
      for (let t = 0; t < taps; t++) for (let i = 0; i < ins; i++) all[8 * (panel + t * padded(ins) + i) + (o & 7)] = weight(o, t, i);
    }
    return memory.floats(all);
  }

  /** @param {number} outputs @param {(o: number) => number} bias */
  function packBias(outputs, bias) {
    return memory.floats(Float32Array.from({ length: padded(outputs) }, (_, o) => (o < outputs ? bias(o) : 0)));
  }

  /** A linear layer: from rows of `ins` numbers, `stride` apart, to rows of `outputs`.
   * @param {number} outputs @param {number} ins @param {(o: number, i: number) => number} weight @param {(o: number) => number} bias */
  function linear(outputs, ins, weight, bias) {
    const [wide, y] = [padded(outputs), memory.take(ROWS * padded(outputs))];
    const packed = pack(outputs, 1, ins, (o, _, i) => weight(o, i));
    const biases = packBias(outputs, bias);
    const rows = (/** @type {number} */ step) => memory.words(Array.from({ length: ROWS }, (_, row) => 4 * step * row));
    const [from, to, taps] = [rows(padded(ins)), rows(wide), memory.words([0])];
    /** @param {number} x */
    const run = (x) => kernel.convolve(x, packed, biases, y, from, to, 0, 0, taps, 1, padded(ins), wide, ROWS);
    return { run, y, wide };
  }

  /** A linear layer by the names of its tensors. @param {string} name @param {number} outputs @param {number} ins */
  function named(name, outputs, ins) {
    const [weight, bias] = [weights(`${name}.weight`), weights(`${name}.bias`)];
    return linear(outputs, ins, (o, i) => weight[o * ins + i], (o) => bias[o]);
  }

  /** Leaky ReLU in place, of rows. @param {{ y: number, wide: number }} layer */
  function activate({ y, wide }) {
    const row = memory.view(y, ROWS * wide);
    for (let i = 0; i < row.length; i++) if (row[i] < 0) row[i] *= SLOPE;
  }

  /** Batch norm as a scale and a shift. @param {string} name @param {number} width */
  function batchNorm(name, width) {
    const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map((part) => weights(`${name}.${part}`));
    const scale = Float32Array.from({ length: width }, (_, i) => weight[i] / Math.sqrt(variance[i] + EPSILON));
    return { scale, shift: Float32Array.from({ length: width }, (_, i) => bias[i] - mean[i] * scale[i]) };
  }

  /** How a layer's maps are scaled and shifted before its ReLU: by z and c, by batch norm, or not at all.
   * @param {string | null} name @param {number} width @param {{ y: number } | null} mapping */
  function modulation(name, width, mapping) {
    const wide = padded(width);
    if (name !== null && mapping) {
      const [weight, bias, m] = [weights(`${name}.affine.weight`), weights(`${name}.affine.bias`), config.mapping];
      const place = (/** @type {number} */ o) => (o < wide ? (o < width ? o : -1) : o - wide < width ? width + o - wide : -1);
      const layer = linear(2 * wide, m, (o, i) => (place(o) < 0 ? 0 : weight[place(o) * m + i]), (o) => (place(o) < 0 ? 0 : bias[place(o)]));
      return { scale: layer.y, shift: layer.y + 4 * wide, step: 8 * wide, prepare: () => layer.run(mapping.y) };
    }
    const [scale, shift] = [memory.take(wide), memory.take(wide)];
    if (name !== null) {
      const norm = batchNorm(name, width);
      memory.view(scale, width).set(norm.scale.map((one) => one - 1));
      memory.view(shift, width).set(norm.shift);
    }
    return { scale, shift, step: 0, prepare: () => {} };
  }

  /** Maps in front of a convolution of 3 x 3 or 2 x 2: scaled, shifted, through ReLU, a border of zeros around each.
   * @param {string | null} name @param {number} width @param {number} side @param {{ y: number } | null} mapping @param {number} [slope] */
  function entrance(name, width, side, mapping, slope = SLOPE) {
    const wide = padded(width);
    const y = memory.take(ROWS * (side + 2) ** 2 * wide);
    const { scale, shift, step, prepare } = modulation(name, width, mapping);
    /** @param {number} x @param {number} n */
    const run = (x, n) => {
      prepare();
      kernel.modulate(x, scale, shift, step, y, n, side, wide, slope);
    };
    return { run, y };
  }

  /** Where the taps of a window lie, from the first pixel that is no border. @param {number} side @param {number} wide padded
   * @param {number[]} rows @param {number[]} columns */
  const window = (side, wide, rows, columns) => memory.words(rows.flatMap((r) => columns.map((c) => 4 * wide * ((r + 1) * (side + 2) + c + 1))));

  /** The window of an output pixel of even or odd place, in the coarser map. @param {number} odd */
  const near = (odd) => (odd ? [0, 1] : [-1, 0]);

  /** A convolution of 3 x 3 over maps with a border. @param {string} name @param {number} outputs @param {number} ins @param {number} side */
  function convolution(name, outputs, ins, side) {
    const [weight, bias] = [weights(`${name}.weight`), weights(`${name}.bias`)];
    const packed = pack(outputs, 9, ins, (o, t, i) => weight[(o * ins + i) * 9 + t]);
    const biases = packBias(outputs, (o) => bias[o]);
    const [deep, wide] = [padded(ins), padded(outputs)];
    const [from, to, taps] = [table(side, deep, { border: 1 }), table(side, wide), window(side, deep, [-1, 0, 1], [-1, 0, 1])];
    /** @param {number} x @param {number} y @param {number} n @param {number} [rest] to be added */
    return (x, y, n, rest = 0) => kernel.convolve(x, packed, biases, y, from, to, rest, rest && to, taps, 9, deep, wide, pixels(n, side));
  }

  /** The same behind an upsampling: each of the four kinds of finer pixels sees two by two coarser ones, some of them
   * through two or four of the weights, which are added up beforehand. So four ninths of the products do.
   * @param {string} name @param {number} outputs @param {number} ins @param {number} side */
  function finerConvolution(name, outputs, ins, side) {
    const [weight, bias] = [weights(`${name}.weight`), weights(`${name}.bias`)];
    const lines = [[[0], [1, 2]], [[0, 1], [2]]]; // of the 3 x 3 weights that fall on one coarser pixel, for an even and an odd place
    const sum = (/** @type {number} */ o, /** @type {number} */ i, /** @type {number[]} */ rows, /** @type {number[]} */ columns) => {
      let total = 0;
      for (const r of rows) for (const c of columns) total += weight[(o * ins + i) * 9 + 3 * r + c];
      return total;
    };
    return fourPhases(side, ins, outputs, (o) => bias[o], (row, column, o, t, i) => sum(o, i, lines[row][t >> 1], lines[column][t & 1]));
  }

  /** A fractionally strided convolution of 4 x 4. @param {string} name @param {number} outputs @param {number} ins @param {number} side
   * @param {{ scale: Float32Array, shift: Float32Array } | null} norm batch norm behind it @param {boolean} [isPicture] */
  function transposed(name, outputs, ins, side, norm, isPicture = false) {
    const [weight, bias] = [weights(`${name}.weight`), norm ? null : weights(`${name}.bias`)];
    const place = [[3, 1], [2, 0]]; // of the four weights in a line, for an even and an odd place
    const value = (/** @type {number} */ row, /** @type {number} */ column, /** @type {number} */ o, /** @type {number} */ t, /** @type {number} */ i) =>
      weight[((i * outputs + o) * 4 + place[row][t >> 1]) * 4 + place[column][t & 1]] * (norm ? norm.scale[o] : 1);
    return fourPhases(side, ins, outputs, (o) => (norm ? norm.shift[o] : /** @type {Float32Array} */ (bias)[o]), value, isPicture);
  }

  /** Four convolutions of 2 x 2, one for each kind of finer pixels.
   * @param {number} side @param {number} ins @param {number} outputs @param {(o: number) => number} bias
   * @param {(row: number, column: number, o: number, t: number, i: number) => number} value @param {boolean} [isPicture] */
  function fourPhases(side, ins, outputs, bias, value, isPicture = false) {
    const [deep, wide] = [padded(ins), isPicture ? outputs : padded(outputs)];
    const biases = packBias(outputs, bias);
    const [from, again] = [table(side, deep, { border: 1 }), table(side, wide)];
    const phases = [0, 1].flatMap((row) => [0, 1].map((column) => {
      const weight = (/** @type {number} */ o, /** @type {number} */ t, /** @type {number} */ i) => value(row, column, o, t, i);
      const packed = isPicture ? packRows(outputs, 4, ins, weight) : pack(outputs, 4, ins, weight);
      return { packed, to: table(side, wide, { times: 2, row, column }), taps: window(side, deep, near(row), near(column)) };
    }));
    /** @param {number} x @param {number} y @param {number} n @param {number} [rest] coarser maps to be added, each to four pixels */
    return (x, y, n, rest = 0) => {
      for (const { packed, to, taps } of phases) {
        if (isPicture) kernel.dots(x, packed, biases, y, from, to, taps, 4, deep, outputs, n * side * side);
        else kernel.convolve(x, packed, biases, y, from, to, rest, rest && again, taps, 4, deep, wide, pixels(n, side));
      }
    };
  }

  /** Weights for `dots`. @param {number} outputs @param {number} taps @param {number} ins @param {(o: number, t: number, i: number) => number} weight */
  function packRows(outputs, taps, ins, weight) {
    const all = new Float32Array(outputs * taps * padded(ins));
    for (let o = 0; o < outputs; o++) for (let t = 0; t < taps; t++) for (let i = 0; i < ins; i++) all[(o * taps + t) * padded(ins) + i] = weight(o, t, i);
    return memory.floats(all);
  }

  /** Pixels of n tiles, rounded up to what the kernel takes at a time. @param {number} n @param {number} side */
  const pixels = (n, side) => 4 * Math.ceil((n * side * side) / 4);

  /** A residual block, see generator.UpBlock. @param {string} name @param {number} ins @param {number} outputs @param {number} side
   * @param {boolean} grows @param {{ y: number } | null} mapping */
  function block(name, ins, outputs, side, grows, mapping) {
    const first = entrance(`${name}.film1`, ins, side, mapping);
    const conv1 = convolution(`${name}.conv1`, outputs, ins, side);
    const middle = memory.take(ROWS * side * side * padded(outputs));
    const second = entrance(`${name}.film2`, outputs, side, mapping);
    const conv2 = (grows ? finerConvolution : convolution)(`${name}.conv2`, outputs, outputs, side);
    const y = memory.take(ROWS * (grows ? 4 : 1) * side * side * padded(outputs));
    const skips = ins !== outputs;
    const skip = skips ? memory.take(ROWS * side * side * padded(outputs)) : 0;
    const none = memory.take(padded(outputs));
    const weight = skips ? weights(`${name}.skip.weight`) : new Float32Array(0);
    const packed = skips ? pack(outputs, 1, ins, (o, _, i) => weight[o * ins + i]) : 0;
    const [from, to, taps] = [table(side, padded(ins)), table(side, padded(outputs)), memory.words([0])];
    /** @param {number} x @param {number} n @returns {number} */
    return (x, n) => {
      first.run(x, n);
      conv1(first.y, middle, n);
      second.run(middle, n);
      if (skips) kernel.convolve(x, packed, none, skip, from, to, 0, 0, taps, 1, padded(ins), padded(outputs), pixels(n, side));
      conv2(second.y, y, n, skips ? skip : x);
      return y;
    };
  }

  const entry = memory.take(ROWS * padded(inputs));
  const mapped = !isDcgan && config.norm === "none";
  const mapping = mapped ? [named("style.0", config.mapping, inputs), named("style.2", config.mapping, config.mapping)] : null;
  const width = isDcgan ? widthAt(config, sides[0]) : Math.floor(widthAt(config, sides[0]) / 2);
  const start = startLayer();
  const picture = memory.take(ROWS * resolution * resolution * channels);
  const layers = isDcgan ? dcganLayers() : residualLayers();

  /** z and c to the coarsest maps. Their channels come last here, and stand first in the file. */
  function startLayer() {
    const [weight, area, wide] = [weights("start.weight"), sides[0] ** 2, padded(width)];
    const norm = isDcgan && config.norm !== "none" ? batchNorm("start_norm", width) : null;
    const bias = norm ? null : weights("start.bias");
    const row = (/** @type {number} */ o) => (o % wide < width ? (o % wide) * area + Math.floor(o / wide) : -1);
    const value = (/** @type {number} */ o, /** @type {number} */ i) => (row(o) < 0 ? 0 : weight[row(o) * inputs + i] * (norm ? norm.scale[o % wide] : 1));
    const offset = (/** @type {number} */ o) => (row(o) < 0 ? 0 : norm ? norm.shift[o % wide] : /** @type {Float32Array} */ (bias)[row(o)]);
    return linear(area * wide, inputs, value, offset);
  }

  /** @returns {(x: number, n: number) => void} */
  function residualLayers() {
    const style = mapping && mapping[1];
    const blocks = sides.map((side, number) => {
      const before = sides[Math.max(0, number - 1)];
      return block(`blocks.${number}`, number ? widthAt(config, before) : width, widthAt(config, side), before, number > 0, style);
    });
    const last = widthAt(config, resolution);
    const end = entrance(null, last, resolution, null);
    const [weight, bias] = [weights("paint.weight"), weights("paint.bias")];
    const packed = packRows(channels, 9, last, (o, t, i) => weight[(o * last + i) * 9 + t]);
    const [deep, biases] = [padded(last), packBias(channels, (o) => bias[o])];
    const [from, to, taps] = [table(resolution, deep, { border: 1 }), table(resolution, channels), window(resolution, deep, [-1, 0, 1], [-1, 0, 1])];
    return (x, n) => {
      for (const one of blocks) x = one(x, n);
      end.run(x, n);
      kernel.dots(end.y, packed, biases, picture, from, to, taps, 9, deep, channels, n * resolution ** 2);
    };
  }

  /** @returns {(x: number, n: number) => void} */
  function dcganLayers() {
    const widths = sides.map((side) => widthAt(config, side));
    const ups = sides.slice(0, -1).map((side, number) => {
      const [ins, outputs] = [widths[number], widths[number + 1]];
      const norm = config.norm !== "none" ? batchNorm(`blocks.${number}.norm`, outputs) : null;
      const run = transposed(`blocks.${number}.conv`, outputs, ins, side, norm);
      return { enter: entrance(null, ins, side, null, 0), run, y: memory.take(ROWS * 4 * side * side * padded(outputs)) };
    });
    const [last, side] = [widths[widths.length - 1], sides[sides.length - 1]];
    const end = entrance(null, last, side, null, 0);
    const paint = transposed("paint", channels, last, side, null, true);
    return (x, n) => {
      for (const { enter, run, y } of ups) {
        enter.run(x, n);
        run(enter.y, y, n);
        x = y;
      }
      end.run(x, n);
      paint(end.y, picture, n);
    };
  }

  const projection = config.ear ? weights("ear.map") : null;

  /** The condition as the network takes it, see conditioning.WordProjection and conditioning.rescale.
   * @param {Float32Array} c of one tile */
  function conditioned(c) {
    const word = cDim - config.styles;
    const all = Float32Array.from(c);
    if (projection) {
      let square = 0;
      for (let j = 0; j < word; j++) {
        let sum = 0;
        for (let i = 0; i < word; i++) sum += c[i] * projection[i * word + j];
        all[j] = sum;
        square += sum * sum;
      }
      const length = Math.max(Math.sqrt(square), 1e-12);
      for (let j = 0; j < word; j++) all[j] /= length;
    }
    return config.scale_condition ? all.map((value, i) => value * Math.sqrt(i < word ? word : config.styles)) : all;
  }

  /** @param {Float32Array} z of one tile, normal */
  function latent(z) {
    if (config.z === "normal") return z;
    return z.map((x) => {
      const even = normalShare(x);
      return config.z === "uniform01" ? even : 2 * even - 1;
    });
  }

  /** @param {Float32Array} z @param {Float32Array} c @param {number} n at most ROWS */
  function pass(z, c, n) {
    const rows = memory.view(entry, ROWS * padded(inputs));
    for (let row = 0; row < n; row++) {
      rows.set(latent(z.subarray(row * zDim, (row + 1) * zDim)), row * padded(inputs));
      if (cDim) rows.set(conditioned(c.subarray(row * cDim, (row + 1) * cDim)), row * padded(inputs) + zDim);
    }
    if (mapping) {
      mapping[0].run(entry);
      activate(mapping[0]);
      mapping[1].run(mapping[0].y);
      activate(mapping[1]);
    }
    start.run(entry);
    layers(start.y, n);
    return memory.view(picture, n * resolution ** 2 * channels);
  }

  return (z, c, count) => {
    const size = resolution ** 2 * channels;
    const drawn = new Uint8Array(count * size);
    for (let first = 0; first < count; first += ROWS) {
      const n = Math.min(ROWS, count - first);
      const numbers = pass(z.subarray(first * zDim, (first + n) * zDim), c.subarray(first * cDim, (first + n) * cDim), n);
      for (let i = 0; i < numbers.length; i++) drawn[first * size + i] = Math.min(255, Math.max(0, Math.round((Math.tanh(numbers[i]) + 1) * 127.5)));
    }
    return drawn;
  };
}
