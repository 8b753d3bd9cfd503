import { ArgumentError } from '@geneformer-ts/core';

/**
 * Returns p-values adjusted by Holm's step-down method (1979), in the input order. Rejecting those at most α keeps the
 * family-wise error rate at most α, for any dependence.
 *
 * @throws ArgumentError for a value outside 0 to 1
 */
export function holm(pValues: ArrayLike<number>): Float64Array {
  const { values, order } = ascending(pValues);
  const adjusted = new Float64Array(values.length);
  let least = 0;
  order.forEach((at, rank) => {
    least = Math.max(least, Math.min(1, values[at] * (values.length - rank)));
    adjusted[at] = least;
  });
  return adjusted;
}

/**
 * Returns p-values adjusted by Benjamini and Hochberg's step-up method (1995), in the input order. Rejecting those at
 * most α keeps the false discovery rate at most α for independent or positively dependent tests.
 *
 * @throws ArgumentError for a value outside 0 to 1
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const { values, order } = ascending(pValues);
  const adjusted = new Float64Array(values.length);
  let most = 1;
  for (let rank = values.length; rank > 0; rank--) {
    const at = order[rank - 1];
    most = Math.min(most, (values[at] * values.length) / rank);
    adjusted[at] = most;
  }
  return adjusted;
}

function ascending(pValues: ArrayLike<number>): { values: Float64Array; order: Int32Array } {
  const values = Float64Array.from(pValues);
  values.forEach((p, i) => {
    if (!(p >= 0 && p <= 1)) throw ArgumentError.of(`pValues[${i}]`, p, 'a probability from 0 to 1');
  });
  return { values, order: Int32Array.from(values.keys()).sort((a, b) => values[a] - values[b]) };
}
