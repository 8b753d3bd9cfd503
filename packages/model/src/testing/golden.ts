import { readSafetensors } from '@geneformer-ts/io';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { collate, type PaddedBatch } from '../data/padded-batch.js';

/** What tools/parity/model-golden.py wrote. */
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
  /** Every gene of the cells, and in how many it is. */
  genes: { tokens: number[]; occurrences: number[] };
  /** What may stand at some positions once they are masked. */
  filled: { cell: number; position: number; tokens: number[]; probabilities: number[] }[];
  adamw: { lr: number; weight_decay: number; max_norm: number; steps: number; losses: number[] };
}

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

export const checkpointDir = fixture('checkpoint');

/** The same weights as a `pytorch_model.bin`. */
export const pytorchDir = fixture('pytorch');

export const golden = JSON.parse(readFileSync(fixture('golden.json'), 'utf8')) as Golden;

/** An array of PyTorch's, flat. */
export async function goldenArray(name: string): Promise<Float32Array> {
  const { tensors } = await readSafetensors(fixture('golden.safetensors'));
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`golden.safetensors holds no ${name}`);
  return tensor.data as Float32Array;
}

/** The golden cells as one batch, padded as they were for PyTorch. */
export function goldenBatch(): PaddedBatch {
  const lengths = Int32Array.from(golden.cells, (cell) => cell.length);
  const batch = { rows: golden.cells.length, length: Math.max(...lengths), cells: Int32Array.from([0, 1, 2, 3]) };
  return collate({ lengths, copy: (cell, target, at) => target.set(golden.cells[cell], at) }, batch, 0);
}

/** Largest absolute difference. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    // NaN compares false with everything: it must not pass for 0.
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

/** Largest absolute value. */
export function largest(a: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
