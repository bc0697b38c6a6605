// @ts-check
// The normal's distribution function and its inverse, in double precision.

const SERIES = 1.5; // up to here erf is a sum of positive terms; beyond, erfc a continued fraction

/** @param {number} x 0 .. SERIES */
function erfSeries(x) {
  let [term, sum] = [x, x];
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** @param {number} x from SERIES on */
function erfcFraction(x) {
  if (x > 27) return 0; // below the smallest number
  let tail = 0;
  for (let n = 100; n > 0; n--) tail = n / 2 / (x + tail);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
}

/** @param {number} x */
export function erf(x) {
  if (x < 0) return -erf(-x);
  return x < SERIES ? erfSeries(x) : 1 - erfcFraction(x);
}

/** Phi(x): how much of a normal lies below x. Keeps its digits far into the lower tail. @param {number} x */
export function ndtr(x) {
  const far = Math.abs(x) * Math.SQRT1_2;
  const tail = far < SERIES ? 0.5 - 0.5 * erfSeries(far) : 0.5 * erfcFraction(far);
  return x < 0 ? tail : 1 - tail;
}

/** A polynomial, its highest coefficient first. @param {number} x @param {number[]} coefficients */
const polynomial = (x, coefficients) => coefficients.reduce((sum, one) => sum * x + one);

// Wichura: "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37, 1988.
const MIDDLE = [
  [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
  [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1],
];
const NEAR_TAIL = [
  [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1],
];
const FAR_TAIL = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
  [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1],
];

/** The x whose Phi(x) is p, for p in (0, 1/2]. @param {number} p */
export function ndtri(p) {
  const from = p - 0.5;
  if (from >= -0.425) {
    const r = 0.180625 - from * from;
    return (from * polynomial(r, MIDDLE[0])) / polynomial(r, MIDDLE[1]);
  }
  const r = Math.sqrt(-Math.log(p));
  const [above, below] = r <= 5 ? NEAR_TAIL : FAR_TAIL;
  const x = r - (r <= 5 ? 1.6 : 5);
  return -polynomial(x, above) / polynomial(x, below);
}
