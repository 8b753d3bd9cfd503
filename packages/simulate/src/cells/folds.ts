const FOLDS = 5;

/**
 * Returns a fold from 0 to 4 for every epithelial cell, NaN for others. Assigns whole donors, largest first, each to
 * the fold with the fewest cells so far.
 */
export function suggestFolds(donor: Int32Array, isTec: readonly boolean[]): Float64Array {
  const cells = new Map<number, number>();
  donor.forEach((name, cell) => {
    if (isTec[cell]) cells.set(name, (cells.get(name) ?? 0) + 1);
  });
  const load = new Float64Array(FOLDS);
  const foldOf = new Map<number, number>();
  for (const [name, count] of [...cells].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
    const fold = load.indexOf(Math.min(...load));
    load[fold] += count;
    foldOf.set(name, fold);
  }
  return Float64Array.from(donor, (name, cell) => (isTec[cell] ? foldOf.get(name)! : NaN));
}
