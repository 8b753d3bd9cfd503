/** Factor of the first derivative in a packed sum; the second derivative is smaller. */
const HESSIAN_RANGE = 2 ** 26;
const MAX_STEPS = 2 ** 20;

/**
 * Step sizes of packed derivatives. The first and second derivative of each row are packed into one number, `first × 2^26 + second`, so
 * that a histogram needs one addition per row.
 *
 * Both are rounded to multiples of a step. The steps are chosen so that no sum over all rows overflows its half of a double's 53 bits:
 * the largest derivative is 33,000 steps for 2,000 rows and 3,300 for 20,000. Sums of whole numbers are exact, so a histogram does not
 * depend on the order of rows or on the number of threads (quantized training: Shi et al. 2022). Leaf values are computed from the
 * original derivatives.
 */
export interface PackedGradients {
  /** Size of a step of the first derivative. */
  gradientStep: number;
  /** Size of a step of the second derivative. */
  hessianStep: number;
}

/**
 * Packs derivatives and returns the step sizes.
 *
 * @param derivatives first and second derivative, two numbers per row
 * @param packed output, one number per row
 */
export function packGradients(derivatives: Float64Array, packed: Float64Array): PackedGradients {
  const rows = derivatives.length / 2;
  let largestGradient = Number.MIN_VALUE;
  let largestHessian = Number.MIN_VALUE;
  for (let i = 0; i < derivatives.length; i += 2) {
    largestGradient = Math.max(largestGradient, Math.abs(derivatives[i]));
    largestHessian = Math.max(largestHessian, derivatives[i + 1]);
  }
  const steps = Math.min(MAX_STEPS, Math.floor((HESSIAN_RANGE - 1) / rows));
  const gradientStep = largestGradient / steps;
  const hessianStep = largestHessian / steps;
  for (let row = 0; row < rows; row++) {
    const gradient = Math.round(derivatives[2 * row] / gradientStep);
    // At least one step, so that a sum of 0 means no rows.
    const hessian = Math.max(1, Math.round(derivatives[2 * row + 1] / hessianStep));
    packed[row] = gradient * HESSIAN_RANGE + hessian;
  }
  return { gradientStep, hessianStep };
}

/** Regularization of XGBoost's objective. */
export interface GradientPenalty {
  /** L2 penalty of leaf values, XGBoost's lambda. */
  lambda: number;
  /** L1 penalty of leaf values, XGBoost's alpha. */
  alpha: number;
  /** Minimum gain of a split. */
  gamma: number;
  /** Minimum sum of second derivatives on each side of a split. */
  minChildWeight: number;
}

/** Parameters of the score of a split. */
export type GainTerms = GradientPenalty & PackedGradients;

/**
 * Nodes of one depth that may be split, with their sums and best splits so far. The arrays have one more slot for the rows of all other
 * nodes; it accepts no split.
 */
export interface OpenNodes {
  count: number;
  gradient: Float64Array;
  hessian: Float64Array;
  /** Score that a split must exceed: the best score so far times {@link TIE}. */
  best: Float64Array;
  /** Column of the best split, or -1 if there is none. */
  feature: Int32Array;
  /** Highest bin of the best split's left side, and lowest bin of its right side. */
  bin: Int32Array;
  next: Int32Array;
  /** 1 when missing values go left. */
  missingLeft: Uint8Array;
}

/** Minimum gain of a split, as in XGBoost: prevents splits whose gain is only rounding error. */
const MIN_GAIN = 1e-6;

/**
 * Factor by which a later split must exceed the best score. Splits into the same two sets of rows have scores that differ by rounding,
 * which depends on the side that was summed; with the factor the first column wins, as in XGBoost.
 */
export const TIE = 1 + 1e-12;

/** Returns the nodes with the given packed sums, without splits. */
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
    nodes.best[slot] = scoreOf(sum, terms) + Math.max(MIN_GAIN, terms.gamma);
  });
  return nodes;
}

function gradientOf(packed: number, terms: GainTerms): number {
  return Math.floor(packed / HESSIAN_RANGE) * terms.gradientStep;
}

/** Returns the second derivative of a packed sum. */
export function hessianOf(packed: number, terms: GainTerms): number {
  return (packed - Math.floor(packed / HESSIAN_RANGE) * HESSIAN_RANGE) * terms.hessianStep;
}

/** Returns the score of a node without a split. */
export function scoreOf(packed: number, terms: GainTerms): number {
  return shrink(gradientOf(packed, terms), terms.alpha) ** 2 / (hessianOf(packed, terms) + terms.lambda);
}

/**
 * Returns the score of a split (Chen and Guestrin 2016, equation 7 without the factor ½, as in XGBoost), or 0 when the weight of a side
 * is below `minChildWeight`. This is the hottest function of boosting: scalar arguments let the compiler inline it.
 *
 * @param side packed sum of one side
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

/** Applies the L1 penalty to a sum of first derivatives. */
export function shrink(gradient: number, alpha: number): number {
  if (alpha === 0) return gradient;
  return Math.sign(gradient) * Math.max(Math.abs(gradient) - alpha, 0);
}
