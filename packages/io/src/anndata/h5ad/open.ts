import { FormatError } from '@geneformer-ts/core';
import { countLayersOfAnnData } from '../encoding/count-layers.js';
import { rowRange } from '../csr.js';
import { TYPE_COLUMNS } from '../features/set-apart.js';
import { type DataFrame, noFrame } from '../data-frame.js';
import type { HdfInput } from '../hdf5/disk-copy.js';
import { HdfFile } from '../hdf5/file.js';
import type { CountMatrix, OpenOptions } from '../count-matrix.js';
import { elementsOf } from './elements.js';
import { readFrame } from '../encoding/frame.js';
import { chooseModality, layersOf, locateMatrix, type MatrixLocation } from '../encoding/locate.js';
import { streamOf } from '../encoding/stream.js';

/**
 * Opens an AnnData file, or one modality of a MuData file. The file stays open until `close`.
 *
 * @param matrixOptional accept a file whose `X` is missing or null; then only `blocks` fails
 */
export function openH5ad(input: HdfInput, options: OpenOptions, matrixOptional = false): Promise<CountMatrix> {
  return HdfFile.openAs(input, (file) => describe(file, options, matrixOptional), options.version);
}

async function describe(file: HdfFile, options: OpenOptions, matrixOptional: boolean): Promise<CountMatrix> {
  const root = await chooseModality(file, options.modality);
  if (matrixOptional && options.layer === undefined && !layersOf(file, root).includes('X')) {
    return describeTables(file, root, options);
  }
  const matrix = locateMatrix(file, options.layer ?? 'X', root);
  const notes: string[] = [];
  const { obs, genes } =
    options.matrixOnly === true
      ? { obs: noFrame(), genes: noFrame() }
      : await readTables(file, root, matrix, options, notes);
  const matrixOptions: OpenOptions = {
    format: 'h5ad',
    layer: options.layer ?? 'X',
    matrixOnly: true,
    version: file.version,
    ...(options.modality !== undefined && { modality: options.modality }),
  };

  const blocks = streamOf(file, matrix, options);
  return {
    path: file.path,
    format: 'h5ad',
    nObs: matrix.rows,
    nVars: matrix.cols,
    obs,
    var: genes,
    ...(notes.length && { notes }),
    ...(matrix.storage !== 'csc' && { reopen: { path: file.diskPath, options: matrixOptions } }),
    blocks,
    countLayers: () => countLayersOfAnnData(file, options.layer ?? 'X', root),
    ...(options.matrixOnly !== true && { elements: elementsOf(file, root) }),
    async close() {
      file.close();
    },
  };
}

/** Describes a file without `X`, such as one of embeddings. Asking for blocks is an error that lists the other matrices. */
async function describeTables(file: HdfFile, root: string, options: OpenOptions): Promise<CountMatrix> {
  const notes: string[] = [];
  const obs = await readFrame(file, `${root}obs`, options.obsColumns, notes);
  const genes = await readFrame(file, `${root}var`, undefined, notes);
  return {
    path: file.path,
    format: 'h5ad',
    nObs: obs.index.length,
    nVars: genes.index.length,
    obs,
    var: genes,
    ...(notes.length && { notes }),
    async *blocks(request) {
      rowRange(request, obs.index.length);
      yield* streamOf(file, locateMatrix(file, 'X', root), options)(request);
    },
    countLayers: () => countLayersOfAnnData(file, 'X', root),
    elements: elementsOf(file, root),
    async close() {
      file.close();
    },
  };
}

async function readTables(
  file: HdfFile,
  root: string,
  matrix: MatrixLocation,
  options: OpenOptions,
  notes: string[],
): Promise<{ obs: DataFrame; genes: DataFrame }> {
  const obs = await readFrame(file, `${root}obs`, options.obsColumns, notes);
  const types = TYPE_COLUMNS.filter((name) => file.kind(`${matrix.varPath}/${name}`) !== undefined);
  const varColumns = options.varColumns && [...options.varColumns, ...types];
  const genes = await readFrame(file, matrix.varPath, varColumns, notes);
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
