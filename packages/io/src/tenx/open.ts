import { FormatError, listSome } from '@geneformer-ts/core';
import { noFrame } from '../frame.js';
import { csrRows } from '../h5ad/rows.js';
import { toFloat64 } from '../hdf5/convert.js';
import { HdfFile } from '../hdf5/file.js';
import { rowRange } from '../range.js';
import type { CellSource, OpenOptions } from '../source.js';
import { readFeatures, textsOf } from './features.js';
import { chooseGroup } from './genome.js';

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
    'the file is damaged; fetch it again',
  );
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}
