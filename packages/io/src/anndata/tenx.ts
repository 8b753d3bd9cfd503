import { FieldMissingError, FormatError, listSome } from '@geneformer-ts/core';
import { rowRange } from './csr.js';
import { severalGenomes } from './features/set-apart.js';
import { type Column, columnAsStrings, columnLength, type Frame, noFrame } from './frame.js';
import { csrRows } from './h5ad/matrix.js';
import { readArrayColumn } from './hdf5/column.js';
import { HdfFile } from './hdf5/file.js';
import { toFloat64 } from './hdf5/numbers.js';
import type { CellSource, OpenOptions } from './source.js';

/**
 * Opens a Cell Ranger HDF5 matrix: version 3 (one group `matrix` with `features`) or 2 (a group for every genome). What the
 * file calls compressed columns of genes x cells are compressed rows of cells x genes, so it is streamed as it is.
 *
 * Genes are indexed by identifier (by name when a file has none); `var` has their `symbol` and what else the file says
 * of them. Every feature of the file is a column here, whatever its type or genome.
 */
export async function openTenx(path: string, options: OpenOptions): Promise<CellSource> {
  const file = await HdfFile.open(path);
  try {
    return describe(file, options);
  } catch (cause) {
    file.close();
    throw cause;
  }
}

function describe(file: HdfFile, options: OpenOptions): CellSource {
  const group = chooseGroup(file, options.genome);
  const [genes, cells] = shapeOf(file, group);
  const matrixOnly = options.matrixOnly === true;
  const barcodes = matrixOnly ? [] : textsOf(file, `${group}/barcodes`, cells);
  const matrix = { path: group, rows: cells, cols: genes };
  return {
    path: file.path,
    format: '10x-h5',
    nObs: cells,
    nVars: genes,
    obs: { index: barcodes, columns: new Map() },
    var: matrixOnly ? noFrame() : readFeatures(file, group, genes),
    reopen: {
      path: file.path,
      options: {
        format: '10x-h5',
        matrixOnly: true,
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
    `is ${listSome(Array.from(shape, String))}, not two numbers of genes and cells`,
    'the file is damaged; download it again',
  );
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}

/**
 * The group that holds the matrix: `matrix` (version 3), or that of the chosen or only genome (version 2).
 * @throws ArgumentError listing the genomes when there are several and none is chosen
 */
function chooseGroup(file: HdfFile, genome: string | undefined): string {
  const groups = file.keys('').filter((name) => file.keys(name).includes('barcodes'));
  if (groups.includes('matrix')) return 'matrix';
  if (genome !== undefined && groups.includes(genome)) return genome;
  if (groups.length === 0) {
    throw new FieldMissingError(file.path, "group 'matrix'", file.keys(''), 'is it a 10x matrix?');
  }
  if (genome !== undefined) throw new FieldMissingError(file.path, `genome '${genome}'`, groups);
  if (groups.length > 1) throw severalGenomes(file.path, groups, groups[0]);
  return groups[0];
}

/**
 * Reads the table of features: `features` of version 3, or `genes` and `gene_names` of version 2, either of which may be
 * absent in files that CellBender wrote.
 */
function readFeatures(file: HdfFile, group: string, genes: number): Frame {
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
function textsOf(file: HdfFile, path: string, length: number): string[] {
  const column = readArrayColumn(file, path);
  if (columnLength(column) === length) return columnAsStrings(column).map((text) => text ?? '');
  throw new FormatError(
    file.path,
    path,
    `has ${columnLength(column)} names where the matrix has ${length}`,
    'the file is damaged; download it again',
  );
}
