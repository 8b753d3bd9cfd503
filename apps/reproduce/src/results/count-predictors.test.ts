import { expect, test } from '@jest/globals';
import { countLosses } from './losses.js';

const cells = (rows: number[][]) => ({
  inputIds: Int32Array.from(rows.flat()),
  offsets: Int32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]),
});
const options = { genes: 6, firstGene: 2, maxLength: 8 };

test('the frequency predictor is the cross-entropy of the smoothed frequencies', () => {
  const { unigram, uniform } = countLosses(cells([[2, 3], [2, 4], [2]]), cells([[2, 5]]), options);
  // Counts plus one: 4, 2, 2, 1 of 9.
  expect(unigram).toBeCloseTo(-(Math.log(4 / 9) + Math.log(1 / 9)) / 2, 12);
  expect(uniform).toBeCloseTo(Math.log(4), 12);
});

test('the rank predictor is far better than frequency when the rank determines the gene', () => {
  const same = cells(Array.from({ length: 500 }, () => [2, 3, 4, 5]));
  const { unigram, position } = countLosses(same, cells([[2, 3, 4, 5]]), options);
  expect(unigram).toBeCloseTo(Math.log(4), 3);
  expect(position).toBeLessThan(0.5 * unigram);
});

test('genes beyond maxLength are ignored', () => {
  const heldOut = cells([[2, 3]]);
  const short = { ...options, maxLength: 1 };
  expect(countLosses(cells([[2, 5, 5, 5]]), heldOut, short)).toEqual(countLosses(cells([[2]]), heldOut, short));
});
