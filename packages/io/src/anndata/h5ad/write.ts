import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { replaceFile } from '@geneformer-ts/core/node';
import { open } from '@geneformer-ts/core/system';
import { type AnnDataContents, checkContents, writeContents } from '../encoding/contents.js';

/** Contents of an AnnData file to write. */
export type H5adContents = AnnDataContents;

const known: OptionNames<H5adContents> = {
  obs: true,
  var: true,
  blocks: true,
  layers: true,
  raw: true,
  obsm: true,
  varm: true,
  obsp: true,
  varp: true,
  uns: true,
  compression: true,
};

/**
 * Writes an AnnData file atomically, with compressed rows in the encoding of anndata 0.8, which all later versions read.
 *
 * Columns of strings with missing values are written as categorical, numbers as float64.
 *
 * @throws ArgumentError when tables and blocks do not match, or a name or value cannot be written unchanged; FileAccessError
 *   when the file cannot be written
 * @example
 * const indptr = Int32Array.of(0, 1);
 * const block = { rowStart: 0, rows: 1, cols: 2, indptr, indices: Int32Array.of(1), data: Float32Array.of(5) };
 * const table = (...index: string[]) => ({ index, columns: new Map() });
 * await writeH5ad('cells.h5ad', { obs: table('cell'), var: table('TTN', 'PLN'), blocks: [block] });
 */
export async function writeH5ad(path: string, contents: H5adContents): Promise<void> {
  checkOptions('writeH5ad', contents, known);
  if (typeof path !== 'string') throw ArgumentError.of('path', path, 'the path of a file');
  checkContents(contents);
  await replaceFile(path, async (temporary) => {
    // Loaded on demand, because the HDF5 library is large and readers run it in another thread.
    const { HdfWriter } = await import('../hdf5/writer.js');
    const file = await HdfWriter.create(temporary, contents.compression ?? 1, path);
    try {
      await writeContents(file, contents);
      await file.finish();
    } finally {
      file.close();
    }
    await flush(temporary);
  });
}

/** Makes the contents of a file survive a power cut. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
