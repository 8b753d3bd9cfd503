import { transpose } from '@geneformer-ts/analysis';
import { ArgumentError, isSparse, type Matrix } from '@geneformer-ts/core';
import { BinFinder, type BinnedMatrix, MAX_BINS } from './binned-matrix.js';
import { FloatSorter } from './sort-floats.js';
import type { FitThreads } from '../threads/fit-threads.js';

/** Columns per chunk: 16 floats fill a cache line of a row-major matrix. */
const COLUMNS_PER_CHUNK = 16;

/** Input and output of binning. */
export interface BinColumnsJob {
  binned: BinnedMatrix;
  maxBins: number;
  /** Row-major values, or a sparse matrix in compressed columns. */
  source: { data: Float32Array } | { indptr: Int32Array; rowsOf: Int32Array; data: Float32Array };
}

/** Returns a function that bins the columns of one chunk. */
export function binColumns({ binned, maxBins, source }: BinColumnsJob): (chunk: number) => void {
  const { rows, cols } = binned;
  const column = new ColumnBinner(binned, maxBins);
  return (chunk) => {
    const first = chunk * COLUMNS_PER_CHUNK;
    const last = Math.min(first + COLUMNS_PER_CHUNK, cols);
    if ('indptr' in source) {
      const { indptr, rowsOf, data } = source;
      for (let col = first; col < last; col++) {
        const [start, end] = [indptr[col], indptr[col + 1]];
        column.bin(col, data.subarray(start, end), rowsOf.subarray(start, end));
      }
      return;
    }
    const width = last - first;
    const block = new Float32Array(width * rows);
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < width; c++) block[c * rows + row] = source.data[row * cols + first + c]!;
    }
    for (let c = 0; c < width; c++) column.bin(first + c, block.subarray(c * rows, (c + 1) * rows), undefined);
  };
}

class ColumnBinner {
  private readonly sorter: FloatSorter;
  private readonly binner: BinFinder;

  constructor(
    private readonly binned: BinnedMatrix,
    private readonly maxBins: number,
  ) {
    this.sorter = new FloatSorter(binned.rows);
    this.binner = new BinFinder(maxBins, binned.rows);
  }

  /** @param rowsOf row of each value, the other rows being 0; undefined when every row has a value */
  bin(col: number, column: Float32Array, rowsOf: Int32Array | undefined): void {
    const { binned, sorter, binner, maxBins } = this;
    const { rows, stride } = binned;
    sorter.sort(column);
    let present = column.length;
    while (present > 0 && Number.isNaN(sorter.values[present - 1])) present--;
    const hasMissing = present < column.length;
    const zeros = rows - column.length;
    const count = binner.bin(sorter.values.subarray(0, present), zeros, hasMissing ? maxBins - 1 : maxBins);
    binned.counts[col] = count;
    binned.missing[col] = hasMissing ? count : -1;
    // The cut after the last bin splits missing values from all others.
    binner.cuts[count - 1] = binner.highs[count - 1]!;
    for (let b = 0; b < count; b++) {
      binned.cuts[col * stride + b] = binner.cuts[b]!;
      binned.lows[col * stride + b] = binner.lows[b]!;
      binned.highs[col * stride + b] = binner.highs[b]!;
    }
    this.writeBins(col, column, present, count, rowsOf);
  }

  /** Writes the bin of each row, and the most frequent bin. */
  private writeBins(
    col: number,
    column: Float32Array,
    present: number,
    count: number,
    rowsOf: Int32Array | undefined,
  ): void {
    const { values, order } = this.sorter;
    const { highs } = this.binner;
    const { rows, frequent, frequentRows } = this.binned;
    const bins = this.binned.bins.subarray(col * rows, (col + 1) * rows);
    const unlisted = rows - column.length;
    let zeroBin = 0;
    while (zeroBin < count - 1 && highs[zeroBin] < 0) zeroBin++;
    if (rowsOf) bins.fill(zeroBin);
    frequent[col] = zeroBin;
    let most = unlisted;
    let bin = 0;
    let inBin = bin === zeroBin ? unlisted : 0;
    for (let i = 0; i < column.length; i++) {
      while (i < present ? values[i] > highs[bin] : bin < count) {
        bin++;
        inBin = bin === zeroBin ? unlisted : 0;
      }
      bins[rowsOf ? rowsOf[order[i]] : order[i]] = bin;
      if (++inBin <= most) continue;
      most = inBin;
      frequent[col] = bin;
    }
    frequentRows[col] = most;
  }
}

/** @throws ArgumentError when `maxBins` is not a whole number from 2 to {@link MAX_BINS} */
export function checkMaxBins(maxBins: number, option = 'maxBins'): void {
  if (!Number.isInteger(maxBins) || maxBins < 2 || maxBins > MAX_BINS) {
    throw ArgumentError.of(option, maxBins, `a whole number from 2 to ${MAX_BINS}`);
  }
}

/** Returns the binned columns of a dense or sparse matrix; see {@link BinFinder}. NaN has its own bin. */
export function binFeatures(X: Matrix, maxBins: number, threads: FitThreads): BinnedMatrix {
  const { rows, cols } = X;
  const binned: BinnedMatrix = {
    rows,
    cols,
    bins: threads.allocate(Uint8Array, rows * cols),
    counts: threads.allocate(Int32Array, cols),
    missing: threads.allocate(Int32Array, cols),
    frequent: threads.allocate(Uint8Array, cols),
    frequentRows: threads.allocate(Int32Array, cols),
    stride: maxBins,
    cuts: threads.allocate(Float32Array, cols * maxBins),
    lows: threads.allocate(Float32Array, cols * maxBins),
    highs: threads.allocate(Float32Array, cols * maxBins),
  };
  threads
    .open('bin-columns', { binned, maxBins, source: sourceOf(X, threads) })
    .run(Math.ceil(cols / COLUMNS_PER_CHUNK));
  return binned;
}

function sourceOf(X: Matrix, threads: FitThreads): BinColumnsJob['source'] {
  if (!isSparse(X)) return { data: threads.share(X.data) };
  const { indptr, indices, data } = transpose(X);
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  return { indptr: threads.share(indptr), rowsOf: threads.share(indices), data: threads.share(values) };
}
