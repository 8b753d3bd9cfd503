import { layersOf, locateMatrix } from './locate.js';
import type { Container } from '../container.js';
import { type NumericArray, toFloat64 } from '../numbers.js';

/** Number of values sampled at each position of a matrix. */
const SAMPLE = 1 << 14;

/**
 * Returns the matrices of an AnnData file, other than `layer`, whose sampled values look like raw counts: non-negative
 * integers, not all of them 0. Used in messages about a matrix without counts.
 */
export function countLayersOfAnnData(file: Container, layer: string, root: string): Promise<string[]> {
  return thoseWithCounts(layersOf(file, root), layer, (name) => sampleOfAnnData(file, name, root));
}

/** Like `countLayersOfAnnData`, for a loom file. */
export function countLayersOfLoom(file: Container, layer: string): Promise<string[]> {
  const names = [...(file.kind('matrix') ? ['X'] : []), ...file.keys('layers')];
  return thoseWithCounts(names, layer, (name) => sampleOfDense(file, loomPath(name)));
}

/** Returns the path of the matrix `layer` in a loom file. */
export function loomPath(layer: string): string {
  return layer === 'X' ? 'matrix' : `layers/${layer}`;
}

async function thoseWithCounts(
  names: readonly string[],
  except: string,
  sample: (name: string) => Promise<NumericArray[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) if (name !== except && (await holdsCounts(() => sample(name)))) found.push(name);
  return found;
}

async function holdsCounts(sample: () => Promise<NumericArray[]>): Promise<boolean> {
  try {
    const parts = (await sample()).map(toFloat64);
    return parts.some((part) => part.some((value) => value > 0)) && parts.every((part) => part.every(isCount));
  } catch {
    // A matrix that cannot be read is not suggested.
    return false;
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

async function sampleOfAnnData(file: Container, layer: string, root: string): Promise<NumericArray[]> {
  const { path, storage } = locateMatrix(file, layer, root);
  if (storage === 'dense') return sampleOfDense(file, path);
  const values = file.numbers(`${path}/data`);
  const parts: NumericArray[] = [];
  for (const [from, to] of sampleRanges(values.length, SAMPLE)) parts.push(await values.read(from, to));
  return parts;
}

async function sampleOfDense(file: Container, path: string): Promise<NumericArray[]> {
  const [rows = 0, cols = 0] = file.shape(path);
  const wanted = Math.max(1, Math.floor(SAMPLE / Math.max(1, cols)));
  const parts: NumericArray[] = [];
  for (const [from, to] of sampleRanges(rows, wanted)) parts.push(await file.readNumbers(path, from, to));
  return parts;
}

/** Returns up to three ranges of `size`: at the beginning, in the middle and at the end. */
function sampleRanges(length: number, size: number): [from: number, to: number][] {
  if (length <= 3 * size) return [[0, length]];
  return [0, Math.floor((length - size) / 2), length - size].map((from) => [from, from + size]);
}
