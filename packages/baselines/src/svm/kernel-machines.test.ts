import { expect, test } from '@jest/globals';
import { kernelOf } from './kernel-machines.js';

test.each([2, 3, 5, 7])(
  'a polynomial kernel of degree %d has the bits of LIBSVM in every version of Node',
  (degree) => {
    const kernel = kernelOf('poly', 0.1, degree, 0.3);
    const square = (x: number) => x * x;
    const powers: Record<number, (x: number) => number> = {
      2: square,
      3: (x) => x * square(x),
      5: (x) => x * square(square(x)),
      7: (x) => x * square(x) * square(square(x)),
    };
    const values = Array.from({ length: 500 }, (_, i) => i - 250);
    expect(values.map((value) => kernel(Float32Array.of(value), 0, Float32Array.of(1), 0, 1))).toEqual(
      values.map((value) => powers[degree](0.1 * value + 0.3)),
    );
  },
);
