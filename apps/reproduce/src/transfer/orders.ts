/** Orders a cell's genes in other ways than by rank value. */
import { shuffle } from '@geneformer-ts/core';
import { cellRandom } from './cell-random.js';

/**
 * Orders genes by log2 bins of their level: the highest bin first, by token within a bin. The order gives the level only to a factor of 2.
 * @param counts per 10,000, one per token
 */
export function binnedOrder(tokens: Int32Array, counts: Float32Array): Int32Array {
  const bins = counts.map((count) => Math.floor(Math.log2(count)));
  return Int32Array.from(tokens.keys())
    .sort((a, b) => bins[b] - bins[a] || tokens[a] - tokens[b])
    .map((at) => tokens[at]);
}

/** Orders genes at random, differently for each cell: the order gives no level, only the set of genes. */
export function shuffledOrder(tokens: Int32Array, cellId: string, seed: number): Int32Array {
  const shuffled = tokens.slice();
  shuffle(shuffled, cellRandom('order', seed, cellId));
  return shuffled;
}
