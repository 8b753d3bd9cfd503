import { FormatError } from '@geneformer-ts/core';
import { countLayersOfAnnData } from './count-layers.js';
import { rowRange } from '../csr.js';
import { TYPE_COLUMNS } from '../features/set-apart.js';
import { type DataFrame, noFrame } from '../data-frame.js';
import type { Container } from '../container.js';
import type { CountMatrix, OpenOptions } from '../count-matrix.js';
import { type Amend, elementsOf } from './elements.js';
import { readFrame } from './frame.js';
import { chooseModality, layersOf, locateMatrix, type MatrixLocation } from './locate.js';
import { streamOf } from './stream.js';

/** A container of AnnData's elements, and how additions are written to a copy of it. */
export interface OpenedContainer {
  file: Container;
  format: 'h5ad' | 'zarr';
  /** Undefined if nothing can be added. */
  amend?: Amend;
}

/**
 * Describes the matrix and the tables of an AnnData file or store, or of one modality of MuData.
 *
 * @param matrixOptional accept a file whose `X` is missing or null; then only `blocks` fails
 * @throws FormatError; FieldMissingError; UnsupportedError; ArgumentError
 */
export async function describeAnnData(
  opened: OpenedContainer,
  options: OpenOptions,
  matrixOptional: boolean,
): Promise<CountMatrix> {
  const { file, format } = opened;
  const root = await chooseModality(file, options.modality);
  if (matrixOptional && options.layer === undefined && !layersOf(file, root).includes('X')) {
    return describeTables(opened, root, options);
  }
  const matrix = locateMatrix(file, options.layer ?? 'X', root);
  const notes: string[] = [];
  const { obs, genes } =
    options.matrixOnly === true
      ? { obs: noFrame(), genes: noFrame() }
      : await readTables(file, root, matrix, options, notes);
  const matrixOptions: OpenOptions = {
    format,
    layer: options.layer ?? 'X',
    matrixOnly: true,
    ...(file.version !== undefined && { version: file.version }),
    ...(options.modality !== undefined && { modality: options.modality }),
  };

  const blocks = streamOf(file, matrix, options);
  return {
    path: file.path,
    format,
    nObs: matrix.rows,
    nVars: matrix.cols,
    obs,
    var: genes,
    ...(notes.length && { notes }),
    ...(matrix.storage !== 'csc' &&
      file.diskPath !== undefined && { reopen: { path: file.diskPath, options: matrixOptions } }),
    blocks,
    countLayers: () => countLayersOfAnnData(file, options.layer ?? 'X', root),
    ...(options.matrixOnly !== true && { elements: elementsOf(opened, root) }),
    async close() {
      file.close();
    },
  };
}

/** Describes a file without `X`, such as one of embeddings. Asking for blocks is an error that lists the other matrices. */
async function describeTables(opened: OpenedContainer, root: string, options: OpenOptions): Promise<CountMatrix> {
  const { file, format } = opened;
  const notes: string[] = [];
  const obs = await readFrame(file, `${root}obs`, options.obsColumns, notes);
  const genes = await readFrame(file, `${root}var`, undefined, notes);
  return {
    path: file.path,
    format,
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
    elements: elementsOf(opened, root),
    async close() {
      file.close();
    },
  };
}

async function readTables(
  file: Container,
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

function checkLength(file: Container, path: string, axis: string, size: number, table: string, length: number): void {
  if (size === length) return;
  throw new FormatError(
    file.path,
    path,
    `has ${size} ${axis} but ${table} names ${length}`,
    'write the file again with a current anndata',
  );
}
