import { FormatError } from '@geneformer-ts/core';
import { countLayersOfH5ad } from '../count-layers.js';
import { rowRange } from '../csr.js';
import { type Survey, surveyEntries } from '../entries.js';
import { TYPE_COLUMNS } from '../features/set-apart.js';
import { type DataFrame, noFrame } from '../data-frame.js';
import type { HdfInput } from '../hdf5/disk-copy.js';
import { HdfFile } from '../hdf5/file.js';
import type { AnnData, OpenOptions } from '../anndata.js';
import { rowBlocks } from '../transpose.js';
import { readFrame } from './frame.js';
import { chooseModality, locateMatrix, type MatrixLocation } from './locate.js';
import { cscEntries, csrRows, denseRows } from './matrix.js';

/** Opens an AnnData file, or one modality of a MuData file. The file stays open until `close`. */
export function openH5ad(input: HdfInput, options: OpenOptions): Promise<AnnData> {
  return HdfFile.openAs(input, (file) => describe(file, options), options.version);
}

function describe(file: HdfFile, options: OpenOptions): AnnData {
  const root = chooseModality(file, options.modality);
  const matrix = locateMatrix(file, options.layer ?? 'X', root);
  const notes: string[] = [];
  const { obs, genes } =
    options.matrixOnly === true ? { obs: noFrame(), genes: noFrame() } : readTables(file, root, matrix, options, notes);
  const matrixOptions: OpenOptions = {
    format: 'h5ad',
    layer: options.layer ?? 'X',
    matrixOnly: true,
    version: file.version,
    ...(options.modality !== undefined && { modality: options.modality }),
  };

  let survey: Promise<Survey> | undefined;
  return {
    path: file.path,
    format: 'h5ad',
    nObs: matrix.rows,
    nVars: matrix.cols,
    obs,
    var: genes,
    ...(notes.length && { notes }),
    ...(matrix.storage !== 'csc' && { reopen: { path: file.diskPath, options: matrixOptions } }),
    async *blocks(request) {
      const range = rowRange(request, matrix.rows);
      if (matrix.storage === 'csr') yield* csrRows(file, matrix, range);
      else if (matrix.storage === 'dense') yield* denseRows(file, matrix, range);
      else {
        const entries = cscEntries(file, matrix);
        yield* rowBlocks(entries, await (survey ??= surveyEntries(entries)), range, options);
      }
    },
    countLayers: async () => countLayersOfH5ad(file, options.layer ?? 'X', root),
    async close() {
      file.close();
    },
  };
}

function readTables(
  file: HdfFile,
  root: string,
  matrix: MatrixLocation,
  options: OpenOptions,
  notes: string[],
): { obs: DataFrame; genes: DataFrame } {
  const obs = readFrame(file, `${root}obs`, options.obsColumns, notes);
  const types = TYPE_COLUMNS.filter((name) => file.kind(`${matrix.varPath}/${name}`) !== undefined);
  const varColumns = options.varColumns && [...options.varColumns, ...types];
  const genes = readFrame(file, matrix.varPath, varColumns, notes);
  checkLength(file, matrix.path, 'rows', matrix.rows, `${root}obs`, obs.index.length);
  checkLength(file, matrix.path, 'columns', matrix.cols, matrix.varPath, genes.index.length);
  return { obs, genes };
}

function checkLength(file: HdfFile, path: string, axis: string, size: number, table: string, length: number): void {
  if (size === length) return;
  throw new FormatError(
    file.path,
    path,
    `has ${size} ${axis} but ${table} names ${length}`,
    'write the file again with a current anndata',
  );
}
