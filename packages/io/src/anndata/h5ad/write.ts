import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { replaceFile } from '@geneformer-ts/core/node';
import { open } from 'node:fs/promises';
import type { CsrBlock } from '../csr.js';
import type { DataFrame } from '../data-frame.js';
import type { AxisElement, Element } from '../element.js';
import type { GrowingDataset, HdfWriter } from '../hdf5/writer.js';
import { checkBlock, checkName, checkTable } from '../encoding/check-contents.js';
import { checkElement, checkRows } from '../encoding/check-element.js';
import { writeDictionary, writeElement } from '../encoding/write-element.js';
import { tag, writeFrame } from '../encoding/write-frame.js';

/** Contents of an AnnData file to write. */
export interface H5adContents {
  obs: DataFrame;
  var: DataFrame;
  /** Consecutive blocks from row 0, all with the value type of the first. A stream is written as it arrives. */
  blocks: AsyncIterable<CsrBlock> | Iterable<CsrBlock>;
  /** Matrices or tables with one row per cell, such as embeddings. */
  obsm?: Record<string, AxisElement>;
  /** Matrices or tables with one row per gene. */
  varm?: Record<string, AxisElement>;
  /** Anything else: scalars, lists, matrices, tables, and dictionaries of those. */
  uns?: Record<string, Element>;
  /** gzip level from 0 (none) to 9. Default 1, which is several times faster than 4 and hardly larger for counts. */
  compression?: number;
}

const known: OptionNames<H5adContents> = {
  obs: true,
  var: true,
  blocks: true,
  obsm: true,
  varm: true,
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
  const { obs, var: genes, compression = 1 } = contents;
  if (!Number.isInteger(compression) || compression < 0 || compression > 9) {
    throw new ArgumentError('compression', `${compression} is not a gzip level`, 'use an integer from 0 to 9');
  }
  if (typeof path !== 'string') throw ArgumentError.of('path', path, 'the path of a file');
  checkTable('obs', obs);
  checkTable('var', genes);
  checkDictionaries(contents);
  await replaceFile(path, async (temporary) => {
    // Loaded on demand, because the HDF5 library is large and readers run it in another thread.
    const { HdfWriter } = await import('../hdf5/writer.js');
    const file = await HdfWriter.create(temporary, compression, path);
    try {
      tag(file, '', 'anndata', '0.1.0');
      await writeMatrix(file, contents);
      writeFrame(file, 'obs', obs);
      writeFrame(file, 'var', genes);
      for (const name of ['layers', 'obsm', 'obsp', 'uns', 'varm', 'varp']) writeDictionary(file, name);
      const { obsm = {}, varm = {}, uns = {} } = contents;
      for (const [group, entries] of Object.entries({ obsm, varm, uns })) {
        for (const [name, value] of Object.entries(entries)) writeElement(file, `${group}/${name}`, value);
      }
      await file.finish();
    } finally {
      file.close();
    }
    await flush(temporary);
  });
}

function checkDictionaries({ obs, var: genes, obsm = {}, varm = {}, uns = {} }: H5adContents): void {
  for (const [group, entries, rows, of] of [
    ['obsm', obsm, obs.index.length, 'cells'],
    ['varm', varm, genes.index.length, 'genes'],
  ] as const) {
    for (const [name, value] of Object.entries(entries)) {
      checkName(`${group}['${name}']`, name);
      checkRows(`${group}['${name}']`, value, rows, of);
    }
  }
  checkElement('uns', uns);
}

async function writeMatrix(file: HdfWriter, { obs, var: genes, blocks }: H5adContents): Promise<void> {
  const [rows, cols] = [obs.index.length, genes.index.length];
  file.group('X');
  tag(file, 'X', 'csr_matrix', '0.1.0');
  file.numbersAttribute('X', 'shape', BigInt64Array.of(BigInt(rows), BigInt(cols)));
  const indptr = new Float64Array(rows + 1);
  const indices = file.growing('X/indices', new Int32Array(0));
  let data: GrowingDataset | undefined;
  let single = true;
  let row = 0;
  for await (const block of blocks) {
    checkBlock(block, row, rows, cols);
    single = data ? single : block.data instanceof Float32Array;
    data ??= file.growing('X/data', block.data);
    if (single !== block.data instanceof Float32Array) {
      throw new ArgumentError('blocks', `change their value type at row ${row}`, 'use the same type for all');
    }
    const total = indptr[row];
    for (let r = 1; r <= block.rows; r++) indptr[row + r] = total + block.indptr[r];
    indices.append(block.indices);
    data.append(block.data);
    row += block.rows;
  }
  if (row !== rows)
    throw new ArgumentError('blocks', `end at row ${row} but obs has ${rows}`, 'give a row for every cell');
  data ??= file.growing('X/data', new Float32Array(0));
  indices.finish();
  data.finish();
  const wide = indptr[rows] > 0x7fffffff;
  file.numbers('X/indptr', wide ? BigInt64Array.from(indptr, BigInt) : Int32Array.from(indptr));
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
