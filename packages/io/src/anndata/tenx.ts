import { FieldMissingError, FormatError, listSome } from '@geneformer-ts/core';
import { rowRange } from './csr.js';
import { severalGenomes } from './features/set-apart.js';
import { type Column, columnAsStrings, columnLength, type DataFrame, noFrame } from './data-frame.js';
import { csrRows } from './encoding/matrix.js';
import { readArrayColumn } from './encoding/column.js';
import type { HdfInput } from './hdf5/disk-copy.js';
import { HdfFile } from './hdf5/file.js';
import { toFloat64 } from './numbers.js';
import type { CountMatrix, OpenOptions } from './count-matrix.js';

/**
 * Opens a Cell Ranger HDF5 matrix of version 3 (one group `matrix` with `features`) or 2 (one group per genome). The
 * compressed columns of genes x cells in the file are the compressed rows of cells x genes, so they are streamed unchanged.
 *
 * Genes are indexed by identifier, or by name if a file has none. `var` has their `symbol` and the other columns of the file.
 * Features of all types and genomes are columns here.
 */
export function openTenx(input: HdfInput, options: OpenOptions): Promise<CountMatrix> {
  return HdfFile.openAs(input, (file) => describe(file, options), options.version);
}

async function describe(file: HdfFile, options: OpenOptions): Promise<CountMatrix> {
  const group = chooseGroup(file, options.genome);
  const [genes, cells] = shapeOf(file, group);
  const matrixOnly = options.matrixOnly === true;
  const barcodes = matrixOnly ? [] : await textsOf(file, `${group}/barcodes`, cells);
  const matrix = { path: group, rows: cells, cols: genes };
  return {
    path: file.path,
    format: '10x-h5',
    nObs: cells,
    nVars: genes,
    obs: { index: barcodes, columns: new Map() },
    var: matrixOnly ? noFrame() : await readFeatures(file, group, genes),
    reopen: {
      path: file.diskPath,
      options: {
        format: '10x-h5',
        matrixOnly: true,
        version: file.version,
        ...(options.genome === undefined ? {} : { genome: options.genome }),
      },
    },
    async *blocks(request) {
      yield* csrRows(file, matrix, rowRange(request, cells));
    },
    async close() {
      file.close();
    },
  };
}

function shapeOf(file: HdfFile, group: string): [genes: number, cells: number] {
  const shape = toFloat64(file.readNumbers(`${group}/shape`));
  const [genes, cells] = shape;
  if (shape.length === 2 && isCount(genes) && isCount(cells)) return [genes, cells];
  throw new FormatError(
    file.path,
    `${group}/shape`,
    `is ${listSome(Array.from(shape, String))}, not the numbers of genes and cells`,
    'the file is damaged; download it again',
  );
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}

/**
 * Returns the group of the matrix: `matrix` (version 3), or the group of the chosen or only genome (version 2).
 *
 * @throws ArgumentError listing the genomes when there are several and none is chosen
 */
function chooseGroup(file: HdfFile, genome: string | undefined): string {
  const groups = file.keys('').filter((name) => file.keys(name).includes('barcodes'));
  if (groups.includes('matrix')) return 'matrix';
  if (genome !== undefined && groups.includes(genome)) return genome;
  if (groups.length === 0) {
    throw new FieldMissingError(file.path, "group 'matrix'", file.keys(''), 'check that this is a 10x matrix');
  }
  if (genome !== undefined) throw new FieldMissingError(file.path, `genome '${genome}'`, groups);
  if (groups.length > 1) throw severalGenomes(file.path, groups, groups[0]);
  return groups[0];
}

/**
 * Reads the table of features: `features` in version 3, `genes` and `gene_names` in version 2. Files of CellBender may lack
 * one of the latter.
 */
async function readFeatures(file: HdfFile, group: string, genes: number): Promise<DataFrame> {
  const textsIfPresent = async (name: string): Promise<string[] | undefined> =>
    file.kind(`${group}/${name}`) === 'dataset' ? textsOf(file, `${group}/${name}`, genes) : undefined;
  const ids = await textsIfPresent('genes');
  const symbols = await textsIfPresent('gene_names');
  const index = ids ?? symbols;
  if (index) {
    return { index, columns: new Map(ids && symbols ? [['symbol', { kind: 'string', values: symbols }]] : []) };
  }
  const folder = `${group}/features`;
  const names = file.keys(folder).filter((name) => file.kind(`${folder}/${name}`) === 'dataset');
  const key = names.includes('id') ? 'id' : 'name';
  const columns = new Map<string, Column>();
  for (const name of names) {
    // Lists of tags and targets have another length than the table.
    if (name === key || file.shape(`${folder}/${name}`)[0] !== genes || name.startsWith('_')) continue;
    columns.set(name === 'name' ? 'symbol' : name, await readArrayColumn(file, `${folder}/${name}`));
  }
  return { index: await textsOf(file, `${folder}/${key}`, genes), columns };
}

/** Reads a dataset of `length` strings. @throws FormatError when it has another length */
async function textsOf(file: HdfFile, path: string, length: number): Promise<string[]> {
  const column = await readArrayColumn(file, path);
  if (columnLength(column) === length) return columnAsStrings(column).map((text) => text ?? '');
  throw new FormatError(
    file.path,
    path,
    `has ${columnLength(column)} names but the matrix has ${length}`,
    'the file is damaged; download it again',
  );
}
