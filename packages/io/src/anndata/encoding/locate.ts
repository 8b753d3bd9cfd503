import { ArgumentError, FieldMissingError, FormatError, listSome, UnsupportedError } from '@geneformer-ts/core';
import { columnAsStrings } from '../data-frame.js';
import type { Container } from '../container.js';
import { toFloat64 } from '../numbers.js';
import { readFrame } from './frame.js';

/** Path, storage and size of a matrix of the file, and the path of the table that names its columns. */
export interface MatrixLocation {
  path: string;
  storage: 'csr' | 'csc' | 'dense';
  rows: number;
  cols: number;
  varPath: string;
}

const STORAGES: Record<string, MatrixLocation['storage']> = {
  csr_matrix: 'csr',
  csr: 'csr',
  csc_matrix: 'csc',
  csc: 'csc',
};

/**
 * Finds the matrix called `layer`: `X`, `raw` (the matrix and genes before selection) or the name of a layer.
 *
 * @param root path of the tables: empty, or ending with a slash
 * @throws FieldMissingError listing the existing layers; FormatError when the matrix is null
 */
export function locateMatrix(file: Container, layer: string, root = ''): MatrixLocation {
  const [path, varPath] = pathsOf(file, layer, root);
  const remedy = (): string => layerRemedy(file, root, layer);
  if (file.kind(path) === undefined)
    throw new FieldMissingError(file.path, `matrix '${layer}'`, layersOf(file, root), remedy());
  if (file.textAttribute(path, 'encoding-type') === 'null') throw new FormatError(file.path, path, 'is null', remedy());
  return { ...describeMatrix(file, path, remedy), varPath };
}

/**
 * Describes the matrix of numbers at a path.
 *
 * @param remedy what to do if there is another thing at the path
 * @throws FormatError; UnsupportedError
 */
export function describeMatrix(file: Container, path: string, remedy: () => string): Omit<MatrixLocation, 'varPath'> {
  const tag = sparseTag(file, path);
  if (file.kind(path) === 'dataset') {
    const shape = file.shape(path);
    if (shape.length !== 2 || !['number', 'boolean'].includes(file.datasetKind(path))) {
      throw new FormatError(file.path, path, 'is not a matrix of numbers', remedy());
    }
    return { path, storage: 'dense', rows: shape[0], cols: shape[1] };
  }
  const storage = tag === undefined ? undefined : STORAGES[tag];
  if (!storage) {
    throw new UnsupportedError(
      file.path,
      path,
      `matrix encoding '${tag ?? 'none'}'`,
      'store it as csr_matrix, csc_matrix or a dense array',
    );
  }
  const [rows, cols] = sparseShape(file, path);
  return { path, storage, rows, cols };
}

/** Returns the encoding of a group or dataset: the attribute of anndata 0.7 and later, or that of sparse matrices before. */
export function sparseTag(file: Container, path: string): string | undefined {
  return file.textAttribute(path, 'encoding-type') ?? file.textAttribute(path, 'h5sparse_format');
}

function pathsOf(file: Container, layer: string, root: string): [path: string, varPath: string] {
  if (layer === 'X') return [`${root}X`, `${root}var`];
  if (layer !== 'raw') return [`${root}layers/${layer}`, `${root}var`];
  return file.kind(`${root}raw.X`) ? [`${root}raw.X`, `${root}raw.var`] : [`${root}raw/X`, `${root}raw/var`];
}

function sparseShape(file: Container, path: string): [number, number] {
  const shape = file.attribute(path, 'shape') ?? file.attribute(path, 'h5sparse_shape');
  const numbers = ArrayBuffer.isView(shape) ? toFloat64(shape as BigInt64Array) : undefined;
  const [rows, cols] = numbers ?? [];
  if (rows === undefined || cols === undefined || !isCount(rows) || !isCount(cols)) {
    throw new FormatError(
      file.path,
      `${path}@shape`,
      'is missing or not two integers',
      'write the file again with a current anndata',
    );
  }
  return [rows, cols];
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}

/** Returns the names of the matrices of a file, as used by the option `layer`. */
export function layersOf(file: Container, root = ''): string[] {
  const main = file.kind(`${root}X`) && file.textAttribute(`${root}X`, 'encoding-type') !== 'null' ? ['X'] : [];
  const raw = file.kind(`${root}raw.X`) || file.kind(`${root}raw/X`) ? ['raw'] : [];
  return [...main, ...raw, ...file.keys(`${root}layers`)];
}

/** Returns a remedy that names the other matrices, without the one that failed. */
function layerRemedy(file: Container, root: string, failed: string): string {
  const layers = layersOf(file, root).filter((layer) => layer !== failed);
  if (layers.length) return `set the option 'layer' to one of: ${layers.join(', ')}`;
  return 'the file has no other matrix; use a file with counts';
}

/**
 * Returns the path of the tables of the chosen modality: empty for an AnnData file, `mod/NAME/` for a MuData file (h5mu).
 *
 * @param modality may be undefined if there is only one
 * @throws ArgumentError listing the modalities when there are several and none is chosen; FieldMissingError
 */
export async function chooseModality(file: Container, modality: string | undefined): Promise<string> {
  const names = modalitiesOf(file);
  if (names.length === 0) {
    if (modality === undefined) return '';
    throw new ArgumentError('modality', `${file.path} is not a MuData file`, "omit the option 'modality'");
  }
  const chosen = modality ?? (names.length === 1 ? names[0] : undefined);
  if (chosen !== undefined) {
    if (names.includes(chosen)) return `mod/${chosen}/`;
    throw new FieldMissingError(file.path, `modality '${chosen}'`, names);
  }
  const genes: string[] = [];
  for (const name of names) if (await holdsGenes(file, name)) genes.push(name);
  const known = genes.length ? ` (gene expression: ${listSome(genes)})` : '';
  throw new ArgumentError(
    'modality',
    `${file.path} has ${names.length} modalities: ${listSome(names)}${known}`,
    `set the option 'modality' to one of them, for example '${genes[0] ?? names[0]}'`,
  );
}

/** Returns the modalities of a MuData file; empty for any other file. */
export function modalitiesOf(file: Container): string[] {
  return file.keys('mod').filter((name) => file.kind(`mod/${name}/var`) !== undefined);
}

/** Returns whether a modality has genes, from its feature types or, if there are none, from its name. */
async function holdsGenes(file: Container, modality: string): Promise<boolean> {
  const path = `mod/${modality}/var`;
  if (file.kind(`${path}/feature_types`) === undefined) return /^(rna|gex|gene)/i.test(modality);
  const { columns } = await readFrame(file, path, ['feature_types']);
  const types = columns.get('feature_types');
  return types !== undefined && columnAsStrings(types).includes('Gene Expression');
}
