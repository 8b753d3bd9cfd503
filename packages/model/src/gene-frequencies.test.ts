import { expect, test } from '@jest/globals';
import { logFrequencies } from './gene-frequencies.js';
import { cellsOf } from './testing/golden.js';

test('log shares of genes, cut cells as they are read, specials as never seen', () => {
  const cells = {
    ...cellsOf([
      [2, 4, 4, 5],
      [4, 5, 5, 5],
    ]),
    lengths: Int32Array.of(4, 2),
  };
  // Read: 4 three times, 5 twice, <cls> (2) not counted; six ids, one added to each.
  const shares = Array.from(logFrequencies(cells, 6, [0, 1, 2]), Math.exp);
  [1, 1, 1, 1, 4, 3].forEach((count, id) => expect(shares[id]).toBeCloseTo(count / 11, 6));
});
