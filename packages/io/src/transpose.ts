import type { CsrBlock, Values } from './csr.js';
import type { EntrySource, Survey } from './entries.js';
import type { RowRange } from './range.js';

/** Non-zeros held at once when entries do not come in row order: 128 MB in single precision. */
const DEFAULT_BUDGET = 1 << 24;

/**
 * Blocks of rows from a matrix that can only be read in its own order.
 *
 * Entries that come row after row are cut into blocks in one pass. Otherwise (a matrix stored by columns, genes x cells
 * text) the rows are divided into windows of at most `budget` non-zeros, known from the survey, and each window is filled
 * by one pass: memory is bounded whatever the file, at the price of `ceil(nnz / budget)` passes.
 */
export async function* rowBlocks(
  source: EntrySource,
  survey: Survey,
  range: RowRange,
  budget = DEFAULT_BUDGET,
): AsyncGenerator<CsrBlock> {
  if (survey.ordered) yield* orderedBlocks(source, survey, range);
  else yield* windowedBlocks(source, survey, range, budget);
}

async function* orderedBlocks(source: EntrySource, survey: Survey, range: RowRange): AsyncGenerator<CsrBlock> {
  const next = (start: number): CsrBlock => emptyBlock(source, survey, start, Math.min(range.rows, range.to - start));
  let block = next(range.from);
  let k = 0;
  // Ends early, for a range that ends before the matrix does: nothing more is read than it needs.
  reading: for await (const { length, rows, cols, values } of source.scan()) {
    for (let i = 0; i < length; i++) {
      const row = rows[i]!;
      if (row < range.from) continue;
      while (row >= block.rowStart + block.rows) {
        if (block.rows > 0) yield block;
        block = next(block.rowStart + block.rows);
        k = 0;
        if (block.rows === 0) break reading;
      }
      block.indices[k] = cols[i]!;
      block.data[k++] = values[i]!;
    }
  }
  while (block.rows > 0) {
    yield block;
    block = next(block.rowStart + block.rows);
  }
}

async function* windowedBlocks(
  source: EntrySource,
  survey: Survey,
  range: RowRange,
  budget: number,
): AsyncGenerator<CsrBlock> {
  for (let start = range.from; start < range.to;) {
    const end = windowEnd(survey.counts, start, range, budget);
    const window = emptyBlock(source, survey, start, end - start);
    const next = window.indptr.slice();
    for await (const { length, rows, cols, values } of source.scan()) {
      for (let i = 0; i < length; i++) {
        const row = rows[i]! - start;
        if (row < 0 || row >= window.rows) continue;
        const k = next[row]!++;
        window.indices[k] = cols[i]!;
        window.data[k] = values[i]!;
      }
    }
    yield* cut(window, range.rows);
    start = end;
  }
}

/** The row at which a window of whole blocks must end to stay within the budget; at least one block. */
function windowEnd(counts: Int32Array, start: number, range: RowRange, budget: number): number {
  let end = start;
  let held = 0;
  do {
    let block = 0;
    const blockEnd = Math.min(range.to, end + range.rows);
    for (let row = end; row < blockEnd; row++) block += counts[row]!;
    if (end > start && held + block > budget) break;
    held += block;
    end = blockEnd;
  } while (end < range.to);
  return end;
}

function emptyBlock(source: EntrySource, survey: Survey, rowStart: number, count: number): CsrBlock {
  const indptr = new Int32Array(count + 1);
  for (let row = 0; row < count; row++) indptr[row + 1] = indptr[row]! + survey.counts[rowStart + row]!;
  const total = indptr[count]!;
  return {
    rowStart,
    rows: count,
    cols: source.cols,
    indptr,
    indices: new Int32Array(total),
    data: survey.single ? new Float32Array(total) : new Float64Array(total),
  };
}

function* cut(window: CsrBlock, blockRows: number): Generator<CsrBlock> {
  for (let row = 0; row < window.rows; row += blockRows) {
    const rows = Math.min(blockRows, window.rows - row);
    const from = window.indptr[row]!;
    const to = window.indptr[row + rows]!;
    const indptr = window.indptr.slice(row, row + rows + 1);
    for (let r = 0; r < indptr.length; r++) indptr[r]! -= from;
    yield {
      rowStart: window.rowStart + row,
      rows,
      cols: window.cols,
      indptr,
      indices: window.indices.slice(from, to),
      data: window.data.slice(from, to) as Values,
    };
  }
}
