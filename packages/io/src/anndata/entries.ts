import type { Values } from './csr.js';

/** Entries of a matrix as coordinates, in the order of the file. The arrays may be longer than `length` and are reused. */
export interface Entries {
  length: number;
  rows: Int32Array;
  cols: Int32Array;
  values: Values;
}

/** A matrix that can be scanned repeatedly, but only in the order of the file. */
export interface EntrySource {
  rows: number;
  cols: number;
  scan(): AsyncIterable<Entries>;
  /** Cheaper way to obtain the result of `surveyEntries`, if the source has one. */
  survey?(): Promise<Survey>;
}

/** Result of one pass over the entries, used to plan the next passes. */
export interface Survey {
  /** Number of entries of each row. */
  counts: Int32Array;
  /** Whether the entries are sorted by row, so that one pass yields blocks. */
  ordered: boolean;
  /** Whether single precision represents every value exactly. */
  single: boolean;
}

/** Counts the entries of every row. */
export async function surveyEntries(source: EntrySource): Promise<Survey> {
  if (source.survey) return source.survey();
  const counts = new Int32Array(source.rows);
  let ordered = true;
  let single = true;
  let last = 0;
  for await (const { length, rows, values } of source.scan()) {
    for (let k = 0; k < length; k++) {
      const row = rows[k];
      counts[row]++;
      if (row < last) ordered = false;
      last = row;
    }
    if (single && values instanceof Float64Array) single = isSingle(values, length);
  }
  return { counts, ordered, single };
}

function isSingle(values: Float64Array, length: number): boolean {
  for (let k = 0; k < length; k++) {
    const value = values[k];
    if (Math.fround(value) !== value && !Number.isNaN(value)) return false;
  }
  return true;
}

/** Allocates arrays for `size` entries. */
export function newEntries(size: number): Entries & { values: Float64Array } {
  return { length: 0, rows: new Int32Array(size), cols: new Int32Array(size), values: new Float64Array(size) };
}

/** Smaller matrices keep all cells. The smallest barcode list of 10x Genomics has 737,280 barcodes. */
export const MANY_CELLS = 100_000;

/** A matrix without empty cells. */
export interface NonEmptyCells {
  entries: EntrySource;
  /** 1 for every cell of the file that is kept; undefined if all are. */
  kept: Uint8Array | undefined;
  survey: Survey;
}

/**
 * Drops the cells without an entry if they are more than half of all cells, as in the raw folders of Cell Ranger and
 * STARsolo, which list every possible barcode. Takes one pass over the matrix, whose result is returned in `survey`.
 */
export async function dropEmptyCells(all: EntrySource): Promise<NonEmptyCells> {
  const survey = await surveyEntries(all);
  const newRow = new Int32Array(all.rows).fill(-1);
  let full = 0;
  survey.counts.forEach((count, row) => {
    if (count > 0) newRow[row] = full++;
  });
  if (2 * full >= all.rows) return { entries: all, kept: undefined, survey };
  const entries: EntrySource = {
    rows: full,
    cols: all.cols,
    async *scan() {
      for await (const part of all.scan()) {
        // In place, because the source fills these arrays again for every part.
        for (let k = 0; k < part.length; k++) part.rows[k] = newRow[part.rows[k]]!;
        yield part;
      }
    },
  };
  const kept = Uint8Array.from(newRow, (row) => (row < 0 ? 0 : 1));
  return { entries, kept, survey: { ...survey, counts: survey.counts.filter((count) => count > 0) } };
}
