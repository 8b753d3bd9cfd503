/// <reference path="../../types/libsvm.d.ts" />
import type { DenseMatrix } from '@geneformer-ts/core';
import { ForeignEngineError } from '../errors.js';

/** Settings of a LIBSVM fit. */
export interface LibsvmSettings {
  kernel: 'linear' | 'poly' | 'rbf' | 'sigmoid';
  C: number;
  gamma: number;
  degree: number;
  coef0: number;
  tol: number;
  /** Weight of each class. */
  weightOf: Float64Array;
}

/** Machines of all pairs of classes, in LIBSVM's layout. */
export interface LibsvmModel {
  /** Classes in LIBSVM's order. Pairs are (0, 1), (0, 2), … (1, 2), … in this order. */
  labels: number[];
  /** Training row of each support vector, ordered by class. */
  rows: Int32Array;
  /** Number of support vectors of each class. */
  counts: number[];
  /** Offset of each pair. */
  rho: number[];
  /** Coefficients of each support vector, one for each other class. */
  coefficients: number[][];
}

/** Fits one machine per pair of classes. */
export type TrainLibsvm = (X: DenseMatrix, y: Int32Array, settings: LibsvmSettings) => LibsvmModel;

const KERNELS = { linear: '0', poly: '1', rbf: '2', sigmoid: '3' };

/**
 * Loads LIBSVM compiled to WebAssembly (libsvm-js).
 *
 * @throws ForeignEngineError when it cannot be loaded
 */
export async function loadLibsvm(): Promise<TrainLibsvm> {
  const Machine = await loadMachine();
  return (X, y, { kernel, C, gamma, degree, coef0, tol, weightOf }) => {
    const machine = new Machine({
      type: '0',
      kernel: KERNELS[kernel],
      cost: C,
      gamma,
      degree,
      coef0,
      tolerance: tol,
      weight: Object.fromEntries(weightOf.entries()),
      cacheSize: 200,
      quiet: true,
    });
    try {
      machine.train(
        Array.from({ length: X.rows }, (_, row) => X.data.subarray(row * X.cols, (row + 1) * X.cols)),
        Array.from(y),
      );
      return parseModel(machine.serializeModel(), machine.getSVIndices());
    } finally {
      machine.free();
    }
  };
}

async function loadMachine() {
  // Without this, the loader first calls fetch() with a file path, fails in Node and prints a warning.
  const assembly = Reflect.get(globalThis, 'WebAssembly') as object;
  const streaming = Object.getOwnPropertyDescriptor(assembly, 'instantiateStreaming');
  try {
    Reflect.deleteProperty(assembly, 'instantiateStreaming');
    const { default: loaded } = await import('libsvm-js');
    return await loaded;
  } catch (cause) {
    throw new ForeignEngineError('libsvm-js', 'cannot be loaded', 'install libsvm-js, or use a linear SVM', { cause });
  } finally {
    if (streaming) Object.defineProperty(assembly, 'instantiateStreaming', streaming);
  }
}

/** Parses LIBSVM's text format, except the support vectors, which are training rows. */
function parseModel(text: string, rows: number[]): LibsvmModel {
  const [head = '', body = ''] = text.split('\nSV\n');
  const numbers = (name: string) =>
    (new RegExp(`^${name} (.*)$`, 'm').exec(head)?.[1] ?? '').trim().split(/\s+/).map(Number);
  const labels = numbers('label');
  const lines = body.trimEnd().split('\n');
  return {
    labels,
    rows: Int32Array.from(rows),
    counts: numbers('nr_sv'),
    rho: numbers('rho'),
    coefficients: lines.map((line) => line.split(' ', labels.length - 1).map(Number)),
  };
}
