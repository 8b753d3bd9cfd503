import type { Xoshiro128 } from '@geneformer-ts/core';
import type { DosageClass } from '../genes/catalog.js';

/** How a regulator's mRNA level varies within a cell type, and how its targets respond. */
export interface Kinetics {
  /** Hill coefficient: the steepness of the response. */
  n: number;
  /** Logarithm of the dose of half response; the normal dose is 1, logarithm 0. */
  logHalf: number;
  /** Share of a deviation of the mRNA level that reaches the dose; below 1 with feedback. */
  coupling: number;
  /** Standard deviation of the log mRNA level within a type. */
  spread: number;
  /** Correlation of that deviation with the cell's cofactor state and with its buffer state. */
  cofactor: number;
  buffer: number;
}

/** The same for all classes, so that variability alone does not separate them. */
const SPREAD = 0.6;

/**
 * Draws the kinetics of a factor.
 *
 * Sensitive factors are steep (Hill coefficient 4 to 8) around the normal dose, so that half the dose silences the
 * targets. Insensitive factors are saturated (half response at a seventh of the normal dose or less) and stabilized by
 * feedback. Sensitive factors tend to correlate with the cofactor state of the cell, insensitive ones with the buffer
 * state. The correlation varies so much that it is a clue, not a label.
 */
export function drawKinetics(random: Xoshiro128, dosage: DosageClass): Kinetics {
  const own = clamp(0.45 + 0.25 * random.normal());
  const other = clamp(0.12 + 0.2 * random.normal());
  const u = random.uniform();
  const v = random.normal();
  if (dosage === 'sensitive') {
    return { n: 4 + 4 * u, logHalf: 0.12 * v, coupling: 1, spread: SPREAD, cofactor: own, buffer: other };
  }
  if (dosage === 'insensitive') {
    return { n: 0.8 + 0.6 * u, logHalf: -2.2 + 0.2 * v, coupling: 0.35, spread: SPREAD, cofactor: other, buffer: own };
  }
  return { n: 2, logHalf: -0.7, coupling: 1, spread: SPREAD, cofactor: other, buffer: other };
}

/** Two loadings of at most 0.7 leave variance for the factor's own deviation. */
function clamp(loading: number): number {
  return Math.max(-0.7, Math.min(0.7, loading));
}
