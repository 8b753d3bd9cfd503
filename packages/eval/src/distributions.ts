/** Tail probabilities of the distributions used by the tests of this package. */

/** Returns the probability that a standard normal variable is at least |z| from 0. */
export function normalTwoSided(z: number): number {
  if (Math.abs(z) === Infinity) return 0;
  // The square of a standard normal variable is chi-squared with one degree of freedom.
  return upperGamma(0.5, (z * z) / 2);
}

/** Returns the probability that a chi-squared variable with the given degrees of freedom is at least `x`. */
export function chiSquaredUpper(x: number, degrees: number): number {
  return upperGamma(degrees / 2, x / 2);
}

/** Returns the probability that a Student t variable with the given degrees of freedom is at least |t| from 0. */
export function studentTwoSided(t: number, degrees: number): number {
  if (Math.abs(t) === Infinity) return 0;
  return regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** Returns the probability of at most `successes` in `trials` fair coin flips. */
export function fairCoinsLower(successes: number, trials: number): number {
  return successes >= trials ? 1 : regularizedBeta(0.5, trials - successes, successes + 1);
}

/**
 * Returns the z for which a standard normal variable is at least |z| from 0 with the given probability. Uses 60
 * bisections, which reach the precision of a double.
 */
export function normalQuantileTwoSided(chance: number): number {
  let low = 0;
  let high = 40;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalTwoSided(middle) > chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Returns the logarithm of the gamma function for x > 0 (Lanczos approximation, g = 7, nine terms). */
function logGamma(x: number): number {
  const shifted = x - 1;
  let series = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) series += LANCZOS[i] / (shifted + i);
  const base = shifted + 7.5;
  return Math.log(2 * Math.PI) / 2 + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

/** Returns the regularized upper incomplete gamma function Q(a, x): series for x < a + 1, else continued fraction. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * Number.EPSILON; n++) sum += term *= x / (a + n);
    return 1 - front * sum;
  }
  return (
    front *
    continuedFraction(
      (n) => (n === 0 ? 1 : n * (a - n)),
      (n) => x + 2 * n + 1 - a,
    )
  );
}

/** Returns the regularized incomplete beta function I_x(a, b). */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const numerator = (n: number): number => {
    if (n === 0) return 1;
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  return front * continuedFraction(numerator, () => 1);
}

/** Returns a₀ / (b₀ + a₁ / (b₁ + a₂ / (b₂ + …))) by the modified Lentz method, which never divides by 0. */
function continuedFraction(a: (n: number) => number, b: (n: number) => number): number {
  const tiny = 1e-300;
  let value = tiny;
  let c = tiny;
  let d = 0;
  for (let n = 0; n < 500; n++) {
    d = b(n) + a(n) * d || tiny;
    c = b(n) + a(n) / c || tiny;
    d = 1 / d;
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return value;
}
