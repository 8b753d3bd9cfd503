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
    /**
     * Checks that a function of options throws ArgumentError, or rejects with it, for an unknown name and for a value that
     * is not an object.
     *
     * @param name the name that a user calls, such as `UMAP` or `SVC.create`; the message has a part of it
     */
    toRefuseUnknownOptions(name: string): Promise<void>;
  }
}
