import { fitSigmoid } from './calibrated-classifier.js';

const MAX_ROUNDS = 100;

/**
 * Returns class probabilities from pairwise probabilities, by the second method of Wu, Lin and Weng (2004) with LIBSVM's iteration.
 *
 * @param pairs `pairs[i * classes + j]` is the probability of class i against class j
 */
export function couplePairs(pairs: Float64Array, classes: number): Float64Array {
  const Q = new Float64Array(classes * classes);
  for (let i = 0; i < classes; i++) {
    for (let j = 0; j < classes; j++) {
      if (i === j) continue;
      Q[i * classes + i] += pairs[j * classes + i] ** 2;
      Q[i * classes + j] = -pairs[j * classes + i] * pairs[i * classes + j];
    }
  }
  const p = new Float64Array(classes).fill(1 / classes);
  const Qp = new Float64Array(classes);
  for (let round = 0; round < Math.max(MAX_ROUNDS, classes); round++) {
    let pQp = 0;
    for (let i = 0; i < classes; i++) {
      Qp[i] = 0;
      for (let j = 0; j < classes; j++) Qp[i] += Q[i * classes + j] * p[j];
      pQp += p[i] * Qp[i];
    }
    if (Qp.every((value) => Math.abs(value - pQp) < 0.005 / classes)) break;
    for (let i = 0; i < classes; i++) {
      const own = Q[i * classes + i];
      const change = (pQp - Qp[i]) / own;
      p[i] += change;
      pQp = (pQp + change * (change * own + 2 * Qp[i])) / (1 + change) ** 2;
      for (let j = 0; j < classes; j++) {
        Qp[j] = (Qp[j] + change * Q[i * classes + j]) / (1 + change);
        p[j] /= 1 + change;
      }
    }
  }
  return p;
}

/** Returns the slope and offset of each pair of classes, fitted on held-out margins, `[row * pairs + pair]`. */
export function sigmoidsOf(margins: Float64Array, y: Int32Array, classes: number): [number, number][] {
  const pairs = (classes * (classes - 1)) / 2;
  const sigmoids: [number, number][] = [];
  eachPair(classes, (i, j, pair) => {
    const rows = Array.from(y.keys()).filter((row) => y[row] === i || y[row] === j);
    sigmoids.push(
      fitSigmoid(
        Float64Array.from(rows, (row) => margins[row * pairs + pair]),
        Int32Array.from(rows, (row) => (y[row] === i ? 1 : 0)),
      ),
    );
  });
  return sigmoids;
}

/** Calls `visit` with each pair of classes in the order (0, 1), (0, 2), … (1, 2), …. */
export function eachPair(classes: number, visit: (i: number, j: number, pair: number) => void): void {
  let pair = 0;
  for (let i = 0; i < classes; i++) for (let j = i + 1; j < classes; j++) visit(i, j, pair++);
}
