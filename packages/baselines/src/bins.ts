import { transpose } from '@geneformer-ts/analysis';
import { ArgumentError, isSparse, type Matrix } from '@geneformer-ts/core';
import { COLUMNS_A_CHUNK, type BinColumnsJob } from './bin-columns.js';
import { MOST_BINS, type BinnedMatrix } from './binned-matrix.js';
import type { Crew } from './crew.js';

export function checkMaxBins(maxBins: number): void {
  if (!Number.isInteger(maxBins) || maxBins < 2 || maxBins > MOST_BINS) {
    throw ArgumentError.of('maxBins', maxBins, `a whole number from 2 to ${MOST_BINS}`);
  }
}

/** Bins each column, dense or sparse, as {@link Binner} says; NaN goes into a bin of its own. */
export function binFeatures(X: Matrix, maxBins: number, crew: Crew): BinnedMatrix {
  const { rows, cols } = X;
  const binned: BinnedMatrix = {
    rows,
    cols,
    bins: crew.allocate(Uint8Array, rows * cols),
    counts: crew.allocate(Int32Array, cols),
    missing: crew.allocate(Int32Array, cols),
    frequent: crew.allocate(Uint8Array, cols),
    frequentRows: crew.allocate(Int32Array, cols),
    stride: maxBins,
    cuts: crew.allocate(Float32Array, cols * maxBins),
    lows: crew.allocate(Float32Array, cols * maxBins),
    highs: crew.allocate(Float32Array, cols * maxBins),
  };
  crew.open('bin-columns', { binned, maxBins, source: sourceOf(X, crew) }).run(Math.ceil(cols / COLUMNS_A_CHUNK));
  return binned;
}

function sourceOf(X: Matrix, crew: Crew): BinColumnsJob['source'] {
  if (!isSparse(X)) return { data: crew.share(X.data) };
  const { indptr, indices, data } = transpose(X);
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  return { indptr: crew.share(indptr), rowsOf: crew.share(indices), data: crew.share(values) };
}
