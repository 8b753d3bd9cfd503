import { ArgumentError } from '@geneformer-ts/core';

/**
 * Weight of each class in the loss. `balanced`: cells / (classes × cells of the class), as scikit-learn has it.
 *
 * @param counts cells (or tokens) of each class
 * @throws ArgumentError unless a given list has one positive weight a class
 */
export function classWeights(
  given: readonly number[] | 'balanced' | null,
  counts: Int32Array,
  names: readonly string[],
): Float32Array {
  if (given === null) return new Float32Array(names.length).fill(1);
  if (given === 'balanced') {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return Float32Array.from(counts, (count) => total / (names.length * count));
  }
  if (given.length !== names.length || !given.every((weight) => weight > 0)) {
    throw ArgumentError.of('classWeights', given, `${names.length} weights above 0, in the order of the labels`);
  }
  return Float32Array.from(given);
}
