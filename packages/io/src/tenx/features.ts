import { FormatError } from '@geneformer-ts/core';
import { columnAsStrings, columnLength, type Column, type Frame } from '../frame.js';
import { readArrayColumn } from '../hdf5/column.js';
import type { HdfFile } from '../hdf5/file.js';

/**
 * Reads the table of features: `features` of version 3, or `genes` and `gene_names` of version 2, either of which may be
 * absent in files that CellBender wrote.
 */
export function readFeatures(file: HdfFile, group: string, genes: number): Frame {
  const [ids, symbols] = ['genes', 'gene_names'].map((name) =>
    file.kind(`${group}/${name}`) === 'dataset' ? textsOf(file, `${group}/${name}`, genes) : undefined,
  );
  const index = ids ?? symbols;
  if (index) {
    return { index, columns: new Map(ids && symbols ? [['symbol', { kind: 'string', values: symbols }]] : []) };
  }
  const folder = `${group}/features`;
  const names = file.keys(folder).filter((name) => file.kind(`${folder}/${name}`) === 'dataset');
  const key = names.includes('id') ? 'id' : 'name';
  const columns = new Map<string, Column>();
  for (const name of names) {
    // Lists of tags and of targets are not as long as the table.
    if (name === key || file.shape(`${folder}/${name}`)[0] !== genes || name.startsWith('_')) continue;
    columns.set(name === 'name' ? 'symbol' : name, readArrayColumn(file, `${folder}/${name}`));
  }
  return { index: textsOf(file, `${folder}/${key}`, genes), columns };
}

/** A dataset of `length` texts. @throws FormatError when it has another length */
export function textsOf(file: HdfFile, path: string, length: number): string[] {
  const column = readArrayColumn(file, path);
  if (columnLength(column) === length) return columnAsStrings(column).map((text) => text ?? '');
  throw new FormatError(
    file.path,
    path,
    `has ${columnLength(column)} names where the matrix has ${length}`,
    'the file is damaged; fetch it again',
  );
}
