import type { Entries, EntrySource, Survey } from '../entries.js';
import { toIndices, toValues } from '../hdf5/convert.js';
import type { HdfFile } from '../hdf5/file.js';
import { openNumbers } from '../hdf5/sequential.js';
import type { MatrixLocation } from './locate.js';
import { readOffsets } from './rows.js';

/** Entries handed over at a time. */
const STEP = 1 << 18;

/** A matrix stored as compressed columns, as a stream of entries in column order that can be run again. */
export function cscEntries(file: HdfFile, matrix: MatrixLocation): EntrySource {
  const { path, rows, cols } = matrix;
  return {
    rows,
    cols,
    survey: async () => surveyColumns(file, matrix),
    async *scan() {
      const offsets = readOffsets(file, path, cols);
      const indices = openNumbers(file, `${path}/indices`);
      const data = openNumbers(file, `${path}/data`);
      const columns = new Int32Array(STEP);
      let column = 0;
      for (let from = 0; from < indices.length; from += STEP) {
        const to = Math.min(indices.length, from + STEP);
        for (let k = from; k < to; k++) {
          while (k >= offsets[column + 1]) column++;
          columns[k - from] = column;
        }
        const entries: Entries = {
          length: to - from,
          rows: toIndices(indices.read(from, to), rows, file.path, `${path}/indices`),
          cols: columns,
          values: toValues(data.read(from, to)),
        };
        yield entries;
      }
    },
  };
}

/** Counts the entries of each row from their positions alone: the values, the larger part, need not be unpacked for that. */
function surveyColumns(file: HdfFile, { path, rows }: MatrixLocation): Survey {
  const counts = new Int32Array(rows);
  const indices = openNumbers(file, `${path}/indices`);
  let ordered = true;
  let last = 0;
  for (let from = 0; from < indices.length; from += STEP) {
    const to = Math.min(indices.length, from + STEP);
    const some = toIndices(indices.read(from, to), rows, file.path, `${path}/indices`);
    for (let k = 0; k < some.length; k++) {
      const row = some[k];
      counts[row]++;
      if (row < last) ordered = false;
      last = row;
    }
  }
  const data = openNumbers(file, `${path}/data`);
  return { counts, ordered, single: toValues(data.read(0, Math.min(1, data.length))) instanceof Float32Array };
}
