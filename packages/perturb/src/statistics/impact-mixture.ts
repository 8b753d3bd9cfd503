/** Two groups of genes by the size of their effect: little and much impact. */
export interface ImpactMixture {
  /** Mean, standard deviation and share of the groups, the one with smaller effects first. */
  means: [number, number];
  sds: [number, number];
  weights: [number, number];
  /** Effects above this value belong to the group with more impact. */
  threshold: number;
  /** Returns the probability that an effect belongs to the group with more impact; 0 below the lower mean, 1 above the upper one. */
  probability(effect: number): number;
}

/** Added to the variance of a group, relative to that of all values, so that equal values do not make it 0. */
const LEAST_VARIANCE = 1e-6;
const TOLERANCE = 1e-12;
const MOST_STEPS = 10_000;
const BISECTIONS = 100;

/**
 * Fits a mixture of two normal distributions to the effects of genes (expectation maximization from the two groups of k-means), as the
 * `mixture_model` of Geneformer's statistics does. The group with the larger mean is the one with impact, and the probability never
 * decreases with the effect.
 *
 * ```ts
 * const { probability } = impactMixture([0.01, 0.02, 0.015, 0.5, 0.51]);
 * probability(0.5) > 0.99; // true
 * ```
 *
 * @param effects - NaN values are ignored
 * @returns undefined for fewer than two different values
 */
export function impactMixture(effects: ArrayLike<number>): ImpactMixture | undefined {
  const values = Float64Array.from(effects).filter((value) => !Number.isNaN(value));
  const { mean: center, variance } = momentsOf(values, () => 1);
  const scale = Math.sqrt(variance);
  if (!(scale > 0)) return undefined;
  const standard = values.map((value) => (value - center) / scale);
  let fit = fromGroups(standard, nearestGroups(standard));
  for (let step = 0, likelihood = -Infinity; step < MOST_STEPS; step++) {
    const upper = standard.map((value) => upperShare(fit, value));
    const next = likelihoodOf(fit, standard);
    fit = fromGroups(standard, upper);
    if (next - likelihood < TOLERANCE) break;
    likelihood = next;
  }
  const ordered = fit.means[0] <= fit.means[1] ? fit : reversed(fit);
  const raw = (value: number): number => value * scale + center;
  const [low, high] = ordered.means.map(raw) as [number, number];
  const probability = (effect: number): number => {
    if (effect <= low) return 0;
    return effect >= high ? 1 : upperShare(ordered, (effect - center) / scale);
  };
  return {
    means: [low, high],
    sds: ordered.variances.map((own) => Math.sqrt(own) * scale) as [number, number],
    weights: ordered.weights,
    threshold: thresholdOf(probability, low, high),
    probability,
  };
}

interface Fit {
  means: [number, number];
  variances: [number, number];
  weights: [number, number];
}

function momentsOf(
  values: Float64Array,
  weight: (at: number) => number,
): { mean: number; variance: number; total: number } {
  let [total, sum] = [0, 0];
  values.forEach((value, at) => {
    total += weight(at);
    sum += weight(at) * value;
  });
  const mean = sum / total;
  let squares = 0;
  values.forEach((value, at) => (squares += weight(at) * (value - mean) ** 2));
  return { mean, variance: squares / total, total };
}

/** Returns 1 for the values of the upper of two groups with the nearest mean, 0 for the others. */
function nearestGroups(values: Float64Array): Float64Array {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  for (;;) {
    const groups = values.map((value) => (high - value < value - low ? 1 : 0));
    const next = [0, 1].map((group) => momentsOf(values, (at) => (groups[at] === group ? 1 : 0)).mean);
    if (next[0] === low && next[1] === high) return groups;
    [low, high] = next;
  }
}

/** Returns the mixture with the given probabilities of the upper group. */
function fromGroups(values: Float64Array, upper: Float64Array): Fit {
  const groups = [momentsOf(values, (at) => 1 - upper[at]), momentsOf(values, (at) => upper[at])];
  return {
    means: [groups[0].mean, groups[1].mean],
    variances: [groups[0].variance + LEAST_VARIANCE, groups[1].variance + LEAST_VARIANCE],
    weights: [groups[0].total / values.length, groups[1].total / values.length],
  };
}

function logDensity({ means, variances, weights }: Fit, group: 0 | 1, value: number): number {
  const variance = variances[group];
  return Math.log(weights[group]) - 0.5 * (Math.log(2 * Math.PI * variance) + (value - means[group]) ** 2 / variance);
}

function upperShare(fit: Fit, value: number): number {
  return 1 / (1 + Math.exp(logDensity(fit, 0, value) - logDensity(fit, 1, value)));
}

/** Mean log-likelihood. */
function likelihoodOf(fit: Fit, values: Float64Array): number {
  let sum = 0;
  for (const value of values) {
    const [a, b] = [logDensity(fit, 0, value), logDensity(fit, 1, value)];
    sum += Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
  }
  return sum / values.length;
}

function reversed({ means, variances, weights }: Fit): Fit {
  return {
    means: [means[1], means[0]],
    variances: [variances[1], variances[0]],
    weights: [weights[1], weights[0]],
  };
}

function thresholdOf(probability: (effect: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (from + to) / 2;
    if (probability(middle) > 0.5) to = middle;
    else from = middle;
  }
  return to;
}
