import type { Values } from './csr.js';

/** Some entries of a matrix as coordinates, in the file's order. The arrays may be longer than `length` and are reused. */
export interface Entries {
  length: number;
  rows: Int32Array;
  cols: Int32Array;
  values: Values;
}

/** A matrix that can be run through from the start as often as needed, but only in the file's own order. */
export interface EntrySource {
  rows: number;
  cols: number;
  scan(): AsyncIterable<Entries>;
  /** What `surveyEntries` would find out, when the source knows a cheaper way. */
  survey?(): Promise<Survey>;
}

/** What one pass over the entries finds out; enough to plan the passes that follow. */
export interface Survey {
  /** Entries of each row. */
  counts: Int32Array;
  /** Whether the entries come row after row, so that blocks can be cut from a single pass. */
  ordered: boolean;
  /** Whether every value is exact in single precision. */
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

/** Returns room for `size` entries, none of them filled. */
export function newEntries(size: number): Entries & { values: Float64Array } {
  return { length: 0, rows: new Int32Array(size), cols: new Int32Array(size), values: new Float64Array(size) };
}

/** Matrices of fewer cells keep every cell. The smallest list of all barcodes of 10x Genomics has 737,280. */
export const MANY_CELLS = 100_000;

/** A matrix without the cells that have no entry. */
export interface DenselyNumbered {
  entries: EntrySource;
  /** 1 for every cell of the file that is kept; undefined when all are. */
  kept: Uint8Array | undefined;
  survey: Survey;
}

/**
 * Leaves out the cells without an entry when they are more than half of all, as in the raw folders of Cell Ranger and
 * STARsolo, which list every barcode that there can be. Takes one pass over the matrix, which `survey` keeps.
 */
export async function dropEmptyCells(all: EntrySource): Promise<DenselyNumbered> {
  const survey = await surveyEntries(all);
  const place = new Int32Array(all.rows).fill(-1);
  let full = 0;
  survey.counts.forEach((count, row) => {
    if (count > 0) place[row] = full++;
  });
  if (2 * full >= all.rows) return { entries: all, kept: undefined, survey };
  const entries: EntrySource = {
    rows: full,
    cols: all.cols,
    async *scan() {
      for await (const part of all.scan()) {
        // In place: the source fills these arrays anew for every part.
        for (let k = 0; k < part.length; k++) part.rows[k] = place[part.rows[k]]!;
        yield part;
      }
    },
  };
  const kept = Uint8Array.from(place, (row) => (row < 0 ? 0 : 1));
  return { entries, kept, survey: { ...survey, counts: survey.counts.filter((count) => count > 0) } };
}
