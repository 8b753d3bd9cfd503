import { readSafetensors } from '@geneformer-ts/io';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { collate, type PaddedBatch } from '../data/padded-batch.js';

/** The content of golden.json, written by tools/parity/model-golden.py. */
export interface Golden {
  cells: number[][];
  positions: number[][];
  geneLabels: number[][];
  labels: number[];
  classWeights: number[];
  maskedLmLoss: number;
  clsLoss: number;
  meanLoss: number;
  targets: number[][];
  valuesLoss: number;
  tokenLabels: number[][];
  tokenLoss: number;
  /** All genes of the cells, and the number of cells that contain each. */
  genes: { tokens: number[]; occurrences: number[] };
  /** The predicted genes at some masked positions. */
  filled: { cell: number; position: number; tokens: number[]; probabilities: number[] }[];
  adamw: { lr: number; weight_decay: number; max_norm: number; steps: number; losses: number[] };
}

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

export const checkpointDir = fixture('checkpoint');

/** A folder with the same weights as a `pytorch_model.bin`. */
export const pytorchDir = fixture('pytorch');

export const golden = JSON.parse(readFileSync(fixture('golden.json'), 'utf8')) as Golden;

/** Returns an array computed by PyTorch, flat. */
export async function goldenArray(name: string): Promise<Float32Array> {
  const { tensors } = await readSafetensors(fixture('golden.safetensors'));
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`golden.safetensors: tensor ${name} not found; run tools/parity/model-golden.py`);
  return tensor.data as Float32Array;
}

/** Returns the golden cells as one batch, padded as for PyTorch. */
export function goldenBatch(): PaddedBatch {
  const lengths = Int32Array.from(golden.cells, (cell) => cell.length);
  const batch = { rows: golden.cells.length, length: Math.max(...lengths), cells: Int32Array.from([0, 1, 2, 3]) };
  return collate({ lengths, copy: (cell, target, at) => target.set(golden.cells[cell], at) }, batch, 0);
}

/** Returns the largest absolute difference. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    // Comparisons with NaN are false; the negation makes NaN the result instead of 0.
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

/** Returns the largest absolute value. */
export function largest(a: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
