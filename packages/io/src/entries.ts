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
