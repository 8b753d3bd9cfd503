/** Measures how much better one model is than another on the same cells. */
import { accuracy, bootstrapInterval, macroF1 } from '@geneformer-ts/eval';
import type { Estimate, IntervalOptions } from './measure.js';
import { predictedClasses, type Predictions } from './predictions.js';

export interface PairedDifference {
  accuracy: Estimate;
  macroF1: Estimate;
}

/** Returns `ours` minus `other`. The cells are resampled for both models together, so that variation shared by both cancels out. */
export function pairedDifference(ours: Predictions, other: Predictions, options: IntervalOptions): PairedDifference {
  const { truth, classes } = ours;
  const predicted = predictedClasses(ours);
  const paired = pairedClasses(ours, other);
  const groups = [...new Set(ours.groups)].sort();
  const resampling = {
    ...options,
    ...(options.byGroup
      ? { clusters: Int32Array.from(ours.groups, (group) => groups.indexOf(group)) }
      : { strata: truth }),
  };
  const estimate = (score: (predictions: Int32Array, weights: Int32Array) => number): Estimate => {
    const gained = (weights: Int32Array) => score(predicted, weights) - score(paired, weights);
    return {
      mean: gained(new Int32Array(truth.length).fill(1)),
      ci95: bootstrapInterval(truth.length, gained, resampling),
    };
  };
  return {
    accuracy: estimate((labels, weights) => accuracy(truth, labels, weights)),
    macroF1: estimate((labels, weights) => macroF1(truth, labels, classes.length, weights)),
  };
}

/** Returns the classes that `other` predicts for the cells of `ours`, in the order of `ours`. */
export function pairedClasses(ours: Predictions, other: Predictions): Int32Array {
  const theirs = new Map(Array.from(predictedClasses(other), (label, row) => [other.cellIds[row], label]));
  return Int32Array.from(ours.cellIds, (id) => {
    const label = theirs.get(id);
    if (label !== undefined) return label;
    throw new Error(
      `cell "${id}" was tested with one model and not with the other; both models need the same test cells`,
    );
  });
}
