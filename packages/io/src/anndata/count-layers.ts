import { layersOf, locateMatrix } from './h5ad/locate.js';
import type { HdfFile } from './hdf5/file.js';
import { type NumericArray, openNumbers, toFloat64 } from './hdf5/numbers.js';

/** Number of values sampled at each position of a matrix. */
const SAMPLE = 1 << 14;

/**
 * Returns the matrices of an AnnData file, other than `layer`, whose sampled values look like raw counts: non-negative
 * integers, not all of them 0. Used in messages about a matrix without counts.
 */
export function countLayersOfH5ad(file: HdfFile, layer: string, root: string): string[] {
  return layersOf(file, root).filter((name) => name !== layer && holdsCounts(() => sampleOfH5ad(file, name, root)));
}

/** Like `countLayersOfH5ad`, for a loom file. */
export function countLayersOfLoom(file: HdfFile, layer: string): string[] {
  const names = [...(file.kind('matrix') ? ['X'] : []), ...file.keys('layers')];
  return names.filter((name) => name !== layer && holdsCounts(() => sampleOfDense(file, loomPath(name))));
}

/** Returns the path of the matrix `layer` in a loom file. */
export function loomPath(layer: string): string {
  return layer === 'X' ? 'matrix' : `layers/${layer}`;
}

function holdsCounts(sample: () => NumericArray[]): boolean {
  try {
    const parts = sample().map(toFloat64);
    return parts.some((part) => part.some((value) => value > 0)) && parts.every((part) => part.every(isCount));
  } catch {
    // A matrix that cannot be read is not suggested.
    return false;
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function sampleOfH5ad(file: HdfFile, layer: string, root: string): NumericArray[] {
  const { path, storage } = locateMatrix(file, layer, root);
  if (storage === 'dense') return sampleOfDense(file, path);
  const values = openNumbers(file, `${path}/data`);
  return sampleRanges(values.length, SAMPLE).map(([from, to]) => values.read(from, to));
}

function sampleOfDense(file: HdfFile, path: string): NumericArray[] {
  const [rows = 0, cols = 0] = file.shape(path);
  const wanted = Math.max(1, Math.floor(SAMPLE / Math.max(1, cols)));
  return sampleRanges(rows, wanted).map(([from, to]) => file.readNumbers(path, from, to));
}

/** Returns up to three ranges of `size`: at the beginning, in the middle and at the end. */
function sampleRanges(length: number, size: number): [from: number, to: number][] {
  if (length <= 3 * size) return [[0, length]];
  return [0, Math.floor((length - size) / 2), length - size].map((from) => [from, from + size]);
}
