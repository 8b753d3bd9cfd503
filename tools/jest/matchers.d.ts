/** Types of the matchers that `matchers.mjs` adds to Jest's. */
import type {} from 'expect';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> {
    /**
     * Checks that every element obeys `|actual - expected| <= atol + rtol * |expected|`, as numpy.testing.assert_allclose does,
     * but NaN is close to nothing.
     *
     * @param tolerance `rtol`, default 1e-7, and `atol`, default 0
     */
    toBeAllClose(
      expected: T extends number ? number : ArrayLike<number>,
      tolerance?: { rtol?: number; atol?: number },
    ): R;
  }
}
