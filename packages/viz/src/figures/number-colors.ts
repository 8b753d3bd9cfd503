import { missing, shareColor } from '../drawing/palette.js';

/** Colors of numbers, and what a legend shows of them. */
export interface NumberColors {
  /** One color per row; gray for values that are not numbers. */
  colors: string[];
  /** Values from the lowest to the highest color. */
  steps: { value: number; color: string }[];
  /** Number of rows without a value. */
  missing: number;
}

const STEPS = 5;
/** Shares of the rows whose values are below and above the ends of the scale, so that single cells do not set it. */
const TAIL = 0.01;
/** The lightest color that can be told from the paper. */
const LIGHTEST = 0.18;

/** Returns a color per value, from light for low values to dark for high ones. */
export function numberColors(values: ArrayLike<number>): NumberColors {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  // Most genes are 0 in most cells; then the scale ends at the highest values.
  const [low, high] = at(1 - TAIL) > at(TAIL) ? [at(TAIL), at(1 - TAIL)] : [at(0), at(1)];
  const colorOf = (value: number): string => {
    const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
    return shareColor(LIGHTEST + (1 - LIGHTEST) * share);
  };
  const steps = high > low ? STEPS : 1;
  return {
    colors: Array.from(values, (value) => (Number.isFinite(value) ? colorOf(value) : missing)),
    steps: Array.from({ length: steps }, (_, step) => {
      const value = low + ((high - low) * step) / Math.max(1, steps - 1);
      return { value, color: colorOf(value) };
    }),
    missing: values.length - sorted.length,
  };
}
