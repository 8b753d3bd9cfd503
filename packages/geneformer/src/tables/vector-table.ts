import { ArgumentError } from '@geneformer-ts/core';
import { replaceFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { zipSync } from 'fflate';
import { parquetWriteFile } from 'hyparquet-writer';
import { open } from '@geneformer-ts/core/system';
import { npyOf, npyOfTexts } from './npy.js';

/** Vectors with a name per row, and columns of text or numbers beside them. */
export interface VectorTable {
  /** Heading of the names, such as `cell_id`. */
  index: string;
  names: readonly string[];
  /** names.length × cols, row by row. */
  data: Float32Array;
  cols: number;
  /** Prefix of the columns of vectors in tables: `geneformer_0`, `geneformer_1` … */
  prefix: string;
  columns?: Readonly<Record<string, readonly (string | null)[] | Float32Array | Int32Array>>;
}

/** Formats of a table of vectors. */
export const tableFormats = ['parquet', 'npz', 'csv'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Rows that are written to a text file at once. */
const ROWS_PER_WRITE = 1024;

/**
 * Writes vectors as a table. The file appears completely or not at all.
 *
 * - `parquet`: the names, the other columns, and one float column per dimension.
 * - `npz`: arrays for `numpy.load`: `X` (rows × cols), the names, and the other columns.
 * - `csv`: the same columns as parquet.
 *
 * @throws FileAccessError; ArgumentError for an unknown format
 */
export async function writeVectors(path: string, table: VectorTable, format: TableFormat): Promise<void> {
  switch (format) {
    case 'parquet':
      return writeParquet(path, table);
    case 'npz':
      return writeFileAtomic(path, npzOf(table));
    case 'csv':
      return writeCsv(path, table);
    default:
      throw ArgumentError.of('format', format, `one of ${tableFormats.join(', ')}`);
  }
}

function writeParquet(path: string, { index, names, data, cols, prefix, columns = {} }: VectorTable): Promise<void> {
  const others = Object.entries(columns).map(([name, values]) =>
    values instanceof Float32Array
      ? { name, data: values, type: 'FLOAT' as const }
      : values instanceof Int32Array
        ? { name, data: values, type: 'INT32' as const }
        : { name, data: values as string[], type: 'STRING' as const },
  );
  const vectors = Array.from({ length: cols }, (_, col) => {
    const values = new Float32Array(names.length);
    for (let row = 0; row < names.length; row++) values[row] = data[row * cols + col];
    return { name: `${prefix}_${col}`, data: values, type: 'FLOAT' as const };
  });
  const columnData = [{ name: index, data: names as string[], type: 'STRING' as const }, ...others, ...vectors];
  return replaceFile(path, (filename) => {
    parquetWriteFile({ filename, columnData });
    return Promise.resolve();
  });
}

function npzOf({ index, names, data, cols, columns = {} }: VectorTable): Uint8Array {
  const files: Record<string, Uint8Array> = {
    'X.npy': npyOf(data, [names.length, cols]),
    [`${index}.npy`]: npyOfTexts(names),
  };
  for (const [name, values] of Object.entries(columns)) {
    const isNumbers = values instanceof Float32Array || values instanceof Int32Array;
    files[`${name}.npy`] = isNumbers ? npyOf(values, [values.length]) : npyOfTexts(values.map((value) => value ?? ''));
  }
  // A fixed time, so that the same vectors give the same bytes. ZIP has no earlier year.
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) });
}

function writeCsv(path: string, { index, names, data, cols, prefix, columns = {} }: VectorTable): Promise<void> {
  const others = Object.values(columns);
  const header = [index, ...Object.keys(columns), ...Array.from({ length: cols }, (_, col) => `${prefix}_${col}`)];
  return replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.write(`${header.map(quoted).join(',')}\n`);
      for (let start = 0; start < names.length; start += ROWS_PER_WRITE) {
        let text = '';
        for (let row = start; row < Math.min(names.length, start + ROWS_PER_WRITE); row++) {
          const fields = [quoted(names[row]), ...others.map((values) => fieldOf(values[row]))];
          for (let col = 0; col < cols; col++) fields.push(fieldOf(data[row * cols + col]));
          text += `${fields.join(',')}\n`;
        }
        await file.write(text);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

function fieldOf(value: string | number | null): string {
  if (typeof value === 'string') return quoted(value);
  // Seven digits are those of single precision; an empty field is missing, as in pandas.
  return value === null || Number.isNaN(value) ? '' : String(Number(value.toPrecision(7)));
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
