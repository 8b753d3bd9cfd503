/** Where the second derivative ends and the first begins in a packed sum. */
const HESSIAN_RANGE = 2 ** 26;
const FINEST = 2 ** 20;

/**
 * First and second derivative of each row in one number, `first × 2^26 + second`, so that a histogram needs one addition a row.
 *
 * Both are rounded to whole multiples of a step small enough that no sum over all rows can overflow its half of a double's 53
 * bits: 33,000 steps for 2,000 rows, 3,300 for 20,000. Sums of whole numbers are exact, so a histogram is the same
 * in whatever order, and on however many threads, its rows are added (quantized training: Shi et al. 2022). Leaf values
 * are computed from the derivatives as they are.
 */
export interface PackedGradients {
  /** Size of a step of the first derivative. */
  gradientStep: number;
  /** Size of a step of the second derivative. */
  hessianStep: number;
}

/**
 * @param derivatives first and second derivative, two numbers a row
 * @param packed written to, one number a row
 */
export function packGradients(derivatives: Float64Array, packed: Float64Array): PackedGradients {
  const rows = derivatives.length / 2;
  let largestGradient = Number.MIN_VALUE;
  let largestHessian = Number.MIN_VALUE;
  for (let i = 0; i < derivatives.length; i += 2) {
    largestGradient = Math.max(largestGradient, Math.abs(derivatives[i]));
    largestHessian = Math.max(largestHessian, derivatives[i + 1]);
  }
  const steps = Math.min(FINEST, Math.floor((HESSIAN_RANGE - 1) / rows));
  const gradientStep = largestGradient / steps;
  const hessianStep = largestHessian / steps;
  for (let row = 0; row < rows; row++) {
    const gradient = Math.round(derivatives[2 * row] / gradientStep);
    // At least one step: a sum of 0 then means that no row was added.
    const hessian = Math.max(1, Math.round(derivatives[2 * row + 1] / hessianStep));
    packed[row] = gradient * HESSIAN_RANGE + hessian;
  }
  return { gradientStep, hessianStep };
}

/** The part of XGBoost's objective that trees are charged with. */
export interface GradientPenalty {
  /** L2 penalty of leaf values, XGBoost's lambda. */
  lambda: number;
  /** L1 penalty of leaf values, XGBoost's alpha. */
  alpha: number;
  /** Least gain of a split. */
  gamma: number;
  /** Least sum of second derivatives on each side of a split. */
  minChildWeight: number;
}

/** All that the score of a split depends on beside the rows. */
export type GainTerms = GradientPenalty & PackedGradients;

/**
 * Nodes of one depth that may be split, each with its sums and its best split so far. Arrays over the nodes and one slot
 * more, which stands for all rows of other nodes and accepts no split.
 */
export interface OpenNodes {
  count: number;
  gradient: Float64Array;
  hessian: Float64Array;
  /** What a split must score to be better than the best so far: its score times {@link TIE}. */
  best: Float64Array;
  /** -1 as long as no split beats the node itself. */
  feature: Int32Array;
  /** Highest bin of the best split's left side, and lowest of its right. */
  bin: Int32Array;
  next: Int32Array;
  /** 1 when missing values go left. */
  missingLeft: Uint8Array;
}

/** XGBoost's least gain of a split, which keeps rounding from splitting nodes that nothing tells apart. */
const LEAST_GAIN = 1e-6;

/**
 * Splits that part a node alike score alike but for rounding, which depends on the side that was summed. A later one is better only by
 * more than that, so that the first column wins, as in XGBoost.
 */
export const TIE = 1 + 1e-12;

export function openNodes(sums: Float64Array, terms: GainTerms): OpenNodes {
  const count = sums.length;
  const nodes: OpenNodes = {
    count,
    gradient: new Float64Array(count + 1),
    hessian: new Float64Array(count + 1),
    best: new Float64Array(count + 1).fill(Infinity),
    feature: new Int32Array(count + 1).fill(-1),
    bin: new Int32Array(count + 1),
    next: new Int32Array(count + 1),
    missingLeft: new Uint8Array(count + 1),
  };
  sums.forEach((sum, slot) => {
    nodes.gradient[slot] = gradientOf(sum, terms);
    nodes.hessian[slot] = hessianOf(sum, terms);
    nodes.best[slot] = scoreOf(sum, terms) + Math.max(LEAST_GAIN, terms.gamma);
  });
  return nodes;
}

function gradientOf(packed: number, terms: GainTerms): number {
  return Math.floor(packed / HESSIAN_RANGE) * terms.gradientStep;
}

export function hessianOf(packed: number, terms: GainTerms): number {
  return (packed - Math.floor(packed / HESSIAN_RANGE) * HESSIAN_RANGE) * terms.hessianStep;
}

/** What a node that is not split scores. */
export function scoreOf(packed: number, terms: GainTerms): number {
  return shrink(gradientOf(packed, terms), terms.alpha) ** 2 / (hessianOf(packed, terms) + terms.lambda);
}

/**
 * What the two sides of a split score (Chen and Guestrin 2016, equation 7, without its factor ½, as in XGBoost itself) when one
 * of them has the packed sum `side`; 0 when either is too light. All scalars, so that the compiler can inline it and keep them in
 * registers: this is most of what boosting does.
 */
export function splitScore(
  side: number,
  gradient: number,
  hessian: number,
  gradientStep: number,
  hessianStep: number,
  lambda: number,
  alpha: number,
  minChildWeight: number,
): number {
  const steps = Math.floor(side * (1 / HESSIAN_RANGE));
  const oneHessian = (side - steps * HESSIAN_RANGE) * hessianStep;
  const otherHessian = hessian - oneHessian;
  if (oneHessian < minChildWeight || otherHessian < minChildWeight) return 0;
  const oneGradient = steps * gradientStep;
  const one = shrink(oneGradient, alpha);
  const other = shrink(gradient - oneGradient, alpha);
  return (one * one) / (oneHessian + lambda) + (other * other) / (otherHessian + lambda);
}

export function shrink(gradient: number, alpha: number): number {
  if (alpha === 0) return gradient;
  return Math.sign(gradient) * Math.max(Math.abs(gradient) - alpha, 0);
}
