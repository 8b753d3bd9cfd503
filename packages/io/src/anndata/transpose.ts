import type { CsrBlock, RowRange } from './csr.js';
import type { EntrySource, Survey } from './entries.js';
import { Spill } from './spill.js';

/** Number of non-zeros in memory when entries are not sorted by row: 128 MB in single precision. */
const DEFAULT_BUDGET = 1 << 24;

/** Limits of memory and disk for a matrix stored by genes. */
export interface TransposeOptions {
  budget?: number | undefined;
  scratch?: string | undefined;
}

/**
 * Streams blocks of rows from a matrix that can only be read in the order of the file.
 *
 * Entries sorted by row are split into blocks in one pass. Otherwise (compressed columns, text of genes x cells) the rows are
 * divided into windows of at most `budget` non-zeros, using the survey. A single window is filled in memory; several windows
 * are sorted into a temporary file. In both cases the source is read once and memory is bounded.
 */
export async function* rowBlocks(
  source: EntrySource,
  survey: Survey,
  range: RowRange,
  options: TransposeOptions = {},
): AsyncGenerator<CsrBlock> {
  if (survey.ordered) {
    yield* orderedBlocks(source, survey, range);
    return;
  }
  const windows = planWindows(survey.counts, range, options.budget ?? DEFAULT_BUDGET);
  if (windows.length > 1) yield* spilledBlocks(source, survey, range, windows, options.scratch);
  else for (const window of windows) yield* heldBlocks(source, survey, range, window);
}

async function* orderedBlocks(source: EntrySource, survey: Survey, range: RowRange): AsyncGenerator<CsrBlock> {
  const next = (start: number): CsrBlock => emptyBlock(source, survey, start, Math.min(range.rows, range.to - start));
  let block = next(range.from);
  let k = 0;
  // Ends early if the range ends before the matrix, so that nothing else is read.
  reading: for await (const { length, rows, cols, values } of source.scan()) {
    for (let i = 0; i < length; i++) {
      const row = rows[i];
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

interface Window {
  start: number;
  end: number;
}

/** Fills the only window in memory. */
async function* heldBlocks(
  source: EntrySource,
  survey: Survey,
  range: RowRange,
  { start, end }: Window,
): AsyncGenerator<CsrBlock> {
  const window = emptyBlock(source, survey, start, end - start);
  const next = window.indptr.slice();
  for await (const { length, rows, cols, values } of source.scan()) {
    for (let i = 0; i < length; i++) {
      const row = rows[i] - start;
      if (row < 0 || row >= window.rows) continue;
      const k = next[row]++;
      window.indices[k] = cols[i]!;
      window.data[k] = values[i]!;
    }
  }
  yield* splitIntoBlocks(window, range.rows);
}

/** Sorts the entries into windows on disk, then fills one window after the other. */
async function* spilledBlocks(
  source: EntrySource,
  survey: Survey,
  range: RowRange,
  windows: readonly Window[],
  scratch: string | undefined,
): AsyncGenerator<CsrBlock> {
  const windowOf = new Int32Array(source.rows).fill(-1);
  windows.forEach(({ start, end }, w) => windowOf.fill(w, start, end));
  const spill = await Spill.create(scratch, windows.length, survey.single);
  try {
    for await (const entries of source.scan()) spill.add(entries, windowOf);
    for (const [w, { start, end }] of windows.entries()) {
      const window = emptyBlock(source, survey, start, end - start);
      spill.fill(w, window);
      yield* splitIntoBlocks(window, range.rows);
    }
  } finally {
    spill.close();
  }
}

/** Divides the rows into windows of whole blocks. Each is within the budget, or a single block. */
function planWindows(counts: Int32Array, range: RowRange, budget: number): Window[] {
  const windows: Window[] = [];
  let current: Window | undefined;
  let held = 0;
  for (let start = range.from; start < range.to; start += range.rows) {
    const end = Math.min(range.to, start + range.rows);
    let block = 0;
    for (let row = start; row < end; row++) block += counts[row];
    if (!current || held + block > budget) {
      current = { start, end };
      windows.push(current);
      held = 0;
    }
    current.end = end;
    held += block;
  }
  return windows;
}

function emptyBlock(source: EntrySource, survey: Survey, rowStart: number, count: number): CsrBlock {
  const indptr = new Int32Array(count + 1);
  for (let row = 0; row < count; row++) indptr[row + 1] = indptr[row] + survey.counts[rowStart + row];
  const total = indptr[count];
  return {
    rowStart,
    rows: count,
    cols: source.cols,
    indptr,
    indices: new Int32Array(total),
    data: survey.single ? new Float32Array(total) : new Float64Array(total),
  };
}

function* splitIntoBlocks(window: CsrBlock, blockRows: number): Generator<CsrBlock> {
  for (let row = 0; row < window.rows; row += blockRows) {
    const rows = Math.min(blockRows, window.rows - row);
    const from = window.indptr[row];
    const to = window.indptr[row + rows];
    const indptr = window.indptr.slice(row, row + rows + 1);
    for (let r = 0; r < indptr.length; r++) indptr[r] -= from;
    yield {
      rowStart: window.rowStart + row,
      rows,
      cols: window.cols,
      indptr,
      indices: window.indices.slice(from, to),
      data: window.data.slice(from, to),
    };
  }
}
