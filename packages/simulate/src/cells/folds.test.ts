import { expect, test } from '@jest/globals';
import { suggestFolds } from './folds.js';

test('assigns whole donors, largest first, to the smallest fold, and no fold to other cells', () => {
  const sizes = [3, 9, 5, 4, 6, 2];
  const donor = Int32Array.from([...sizes.flatMap((n, d) => new Array<number>(n).fill(d)), 7]);
  const isTec = Array.from(donor, (d) => d !== 7);
  const folds = suggestFolds(donor, isTec);
  const ofDonor = sizes.map((_, d) => new Set(folds.filter((_, cell) => donor[cell] === d)));
  // By size: donors 1, 4, 2, 3 and 0 go to different folds; donor 5 joins the smallest one, that of donor 0.
  expect(ofDonor.map((set) => [...set])).toEqual([[4], [0], [2], [3], [1], [4]]);
  expect(folds.at(-1)).toBeNaN();
});
