import { expect, test } from '@jest/globals';
import { suggestFolds } from './folds.js';

test('donors stay whole, the largest go first to the emptiest fold, and other cells have none', () => {
  const sizes = [3, 9, 5, 4, 6, 2];
  const donor = Int32Array.from([...sizes.flatMap((n, d) => new Array<number>(n).fill(d)), 7]);
  const isTec = Array.from(donor, (d) => d !== 7);
  const folds = suggestFolds(donor, isTec);
  const ofDonor = sizes.map((_, d) => new Set(folds.filter((_, cell) => donor[cell] === d)));
  // In order of size: donors 1, 4, 2, 3 and 0 open a fold each; donor 2's neighbour 5 joins the emptiest, donor 0's.
  expect(ofDonor.map((set) => [...set])).toEqual([[4], [0], [2], [3], [1], [4]]);
  expect(folds.at(-1)).toBeNaN();
});
