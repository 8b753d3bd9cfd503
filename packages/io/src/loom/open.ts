import { FormatError } from '@geneformer-ts/core';
import { FieldMissingError } from '../errors.js';
import { TYPE_COLUMNS } from '../features/types.js';
import { noFrame, type Frame } from '../frame.js';
import { countLayersOfLoom, loomPath } from '../hdf5/count-layers.js';
import { HdfFile } from '../hdf5/file.js';
import { rowRange } from '../range.js';
import type { CellSource, OpenOptions } from '../source.js';
import { readAttributes } from './attributes.js';
import { cellRows } from './rows.js';

/** Attributes that name the cells or the genes, the usual one first. */
const CELL_NAMES = ['CellID', 'cell_id', 'obs_names', 'barcode', 'Barcode', 'Cell'];
const GENE_NAMES = ['Gene', 'gene', 'var_names', 'Accession', 'ensembl_id'];

/**
 * Opens a loom file of version 2 or 3: a dense matrix of genes x cells with attributes of both. `layer` chooses one of its
 * layers. Cells are named by `CellID`, genes by `Gene` as in scanpy (or what stands for them, else by number), and all other
 * attributes of one value are columns; those of several values a cell, such as coordinates, are left out.
 */
export async function openLoom(path: string, options: OpenOptions): Promise<CellSource> {
  const file = await HdfFile.open(path);
  try {
    return describe(file, options);
  } catch (cause) {
    file.close();
    throw cause;
  }
}

function describe(file: HdfFile, options: OpenOptions): CellSource {
  const path = locate(file, options.layer ?? 'X');
  const [genes, cells] = file.shape(path);
  if (genes === undefined || cells === undefined || file.datasetKind(path) !== 'number') {
    throw new FormatError(file.path, path, 'is not a matrix of numbers', 'write the file again with loompy');
  }
  const notes: string[] = [];
  const { obs, vars } =
    options.matrixOnly === true ? { obs: noFrame(), vars: noFrame() } : tables(file, cells, genes, options, notes);
  return {
    path: file.path,
    format: 'loom',
    nObs: cells,
    nVars: genes,
    obs,
    var: vars,
    ...(notes.length && { notes }),
    reopen: { path: file.path, options: { format: 'loom', layer: options.layer ?? 'X', matrixOnly: true } },
    async *blocks(request) {
      yield* cellRows(file, path, genes, rowRange(request, cells));
    },
    countLayers: async () => countLayersOfLoom(file, options.layer ?? 'X'),
    async close() {
      file.close();
    },
  };
}

function tables(
  file: HdfFile,
  cells: number,
  genes: number,
  options: OpenOptions,
  notes: string[],
): { obs: Frame; vars: Frame } {
  const types = TYPE_COLUMNS.filter((name) => file.kind(`row_attrs/${name}`) !== undefined);
  const varColumns = options.varColumns && [...options.varColumns, ...types];
  return {
    obs: readAttributes(file, 'col_attrs', cells, CELL_NAMES, options.obsColumns, notes),
    vars: readAttributes(file, 'row_attrs', genes, GENE_NAMES, varColumns, notes),
  };
}

function locate(file: HdfFile, layer: string): string {
  const path = loomPath(layer);
  if (file.kind(path) === 'dataset') return path;
  const others = [...(file.kind('matrix') ? ['X'] : []), ...file.keys('layers')].filter((name) => name !== layer);
  const remedy = others.length ? "set the option 'layer' to one of those" : 'give a file with a matrix';
  throw new FieldMissingError(file.path, `matrix '${layer}'`, others, remedy);
}
