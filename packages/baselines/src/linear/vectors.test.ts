import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@geneformer-ts/core';
import { dot, type Vectors, vectorsOf } from './vectors.js';

const random = seededRandom(5);

function filled(vectors: Vectors): Float64Array {
  const vector = vectors.take();
  for (let i = 0; i < vector.length; i++) vector[i] = random() - 0.5;
  return vector;
}

describe.each([1, 63, 64, 65, 66, 67, 1001])('vectors of length %i', (length) => {
  test('have the bits of JavaScript, in the memory of SIMD instructions, outside it and mixed', () => {
    const vectors = vectorsOf(length, 3);
    const [a, b, c] = [filled(vectors), filled(vectors), filled(vectors)];
    // The fourth has no place in that memory.
    const outside = filled(vectors);
    for (const [x, y] of [
      [a, b],
      [a, outside],
      [outside, outside],
    ]) {
      expect(vectors.dot(x, y)).toBe(dot(x, y));
    }
    for (const next of [c, outside]) {
      const expected = a.map((value, i) => value + 0.3 * b[i]);
      const product = vectors.addScaled(a, 0.3, b, next);
      expect(Array.from(a)).toEqual(Array.from(expected));
      expect(product).toBe(dot(expected, next));
    }
  });

  test('are given again', () => {
    const vectors = vectorsOf(length, 2);
    const [a, b] = [vectors.take(), vectors.take()];
    vectors.leave(a);
    expect(vectors.take()).toBe(a);
    expect(b).toHaveLength(length);
  });
});
