/** Orders in which a cell's genes may be listed, other than by rank value. */
import { shuffle } from '@geneformer-ts/core';
import { cellRandom } from './cell-random.js';

/**
 * By bins of the level: the highest bin first, inside a bin by token, so that the level is known to a factor of 2 and no finer.
 * @param counts per 10,000, of each token
 */
export function binnedOrder(tokens: Int32Array, counts: Float32Array): Int32Array {
  const bins = counts.map((count) => Math.floor(Math.log2(count)));
  return Int32Array.from(tokens.keys())
    .sort((a, b) => bins[b] - bins[a] || tokens[a] - tokens[b])
    .map((at) => tokens[at]);
}

/** At random, another way for each cell: which genes are listed is known, and not which is higher. */
export function shuffledOrder(tokens: Int32Array, cellId: string, seed: number): Int32Array {
  const shuffled = tokens.slice();
  shuffle(shuffled, cellRandom('order', seed, cellId));
  return shuffled;
}
