const MAX_ROUNDS = 100;

/**
 * Class probabilities from those of pairs, `pairs[i * classes + j]` being class i's against class j: the second method of Wu, Lin and Weng
 * (2004), iterated as in LIBSVM.
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
