import { surveyEntries, type EntrySource, type Survey } from '../entries.js';

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
