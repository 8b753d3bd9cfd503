import type { CsrMatrix, Matrix } from '@geneformer-ts/core';
import { sparseIfWorthIt, type Points } from './sparse-rows.js';
import { denseGradient, denseScores } from './dense-products.js';
import { transpose } from './select.js';
import { thinProduct } from './thin-product.js';

/** Products of a matrix less its column means with thin dense ones, without writing the difference out. */
export class CenteredProducts {
  private readonly sparse: CsrMatrix | undefined;
  private timesRows: ((thin: Float64Array) => Float64Array) | undefined;
  private timesColumns: ((thin: Float64Array) => Float64Array) | undefined;

  /** @param width columns of the thin matrices */
  constructor(
    private readonly X: Matrix | Points,
    private readonly mean: Float64Array,
    private readonly width: number,
  ) {
    this.sparse = sparseIfWorthIt(X);
  }

  /** `(X - mean) × thin`, rows × width. */
  forward(thin: Float64Array): Float64Array {
    const { X, mean, width } = this;
    let out: Float64Array;
    if (this.sparse) {
      this.timesRows ??= thinProduct(this.sparse, width);
      out = this.timesRows(thin);
    } else {
      out = new Float64Array(X.rows * width);
      denseScores(X.data, X.cols, thin, width, 0, X.rows, out);
    }
    const shift = new Float64Array(width);
    for (let at = 0; at < thin.length; at++) shift[at % width] += mean[Math.floor(at / width)] * thin[at];
    for (let at = 0; at < out.length; at++) out[at] -= shift[at % width];
    return out;
  }

  /** `(X - mean)ᵀ × thin`, columns × width. */
  backward(thin: Float64Array): Float64Array {
    const { X, mean, width } = this;
    let out: Float64Array;
    if (this.sparse) {
      this.timesColumns ??= thinProduct(transpose(this.sparse), width);
      out = this.timesColumns(thin);
    } else {
      out = new Float64Array(X.cols * width);
      denseGradient(X.data, X.rows, X.cols, thin, width, 0, X.cols, out);
    }
    const sums = new Float64Array(width);
    for (let at = 0; at < thin.length; at++) sums[at % width] += thin[at];
    for (let at = 0; at < out.length; at++) out[at] -= mean[Math.floor(at / width)] * sums[at % width];
    return out;
  }
}
