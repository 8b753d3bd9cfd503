import type { Random } from '@geneformer-ts/core';
import { createHash } from 'node:crypto';

/**
 * Returns a random number generator for one cell and one purpose. It depends only on the names, so that neither the order of the cells nor the
 * presence of other cells changes a result. The method is sfc32 (Doty-Humphrey, as in PractRand), seeded with the sha256 of the names.
 *
 * @returns a function that returns uniform numbers in [0, 1), 32 bits
 */
export function cellRandom(...names: readonly (string | number)[]): Random {
  const digest = createHash('sha256').update(names.join('\n')).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) * 2 ** -32;
  };
}
