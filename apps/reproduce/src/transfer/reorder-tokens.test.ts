import { expect, test } from '@jest/globals';
import { binnedOrder, shuffledOrder } from './reorder-tokens.js';

test('binned: highest power of two first, by token within a bin', () => {
  // 9 and 15 are in the bin of 8, 4 and 7 in the bin of 4, 0.6 in the bin of 0.5.
  const tokens = Int32Array.of(30, 12, 25, 11, 2);
  const counts = Float32Array.of(15, 9, 7, 4, 0.6);
  expect([...binnedOrder(tokens, counts)]).toEqual([12, 30, 11, 25, 2]);
});

test('shuffled: the same genes, in an order that depends on the cell and the seed', () => {
  const tokens = Int32Array.from({ length: 40 }, (_, at) => at + 2);
  const shuffled = shuffledOrder(tokens, 'a', 0);
  expect([...shuffled].sort((a, b) => a - b)).toEqual([...tokens]);
  expect(shuffled).not.toEqual(tokens);
  expect(shuffledOrder(tokens, 'a', 0)).toEqual(shuffled);
  expect(shuffledOrder(tokens, 'b', 0)).not.toEqual(shuffled);
  expect(shuffledOrder(tokens, 'a', 1)).not.toEqual(shuffled);
});
