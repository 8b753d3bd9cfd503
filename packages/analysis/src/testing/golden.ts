import { readFileSync } from 'node:fs';
import type { DenseMatrix } from '@geneformer-ts/core';

interface Components {
  rows: number;
  cols: number;
  kept: number;
  data: number[];
  variance: number[];
  axes: number[];
  scores: number[];
}

interface Searched {
  k: number;
  metric: 'euclidean' | 'cosine';
  indices: number[];
  distances: number[];
}

/** Values from scikit-learn and scanpy, written by tools/parity/analysis-golden.py. */
interface Golden {
  components: Components;
  wideComponents: Components;
  neighbors: { rows: number; cols: number; data: number[]; among: Searched; queries: number[]; asked: Searched[] };
  variableGenes: { cells: number; genes: number; levels: number[]; variable: Record<string, number[]> };
}

/** Values from umap-learn, written by tools/parity/analysis-umap.py. */
interface UMAPGolden {
  curves: { minDist: number; a: number; b: number }[];
  graph: { from: number[]; to: number[]; weight: number[] };
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'));

export const golden = read('golden') as Golden;
export const umapGolden = read('umap') as UMAPGolden;

/** Numbers of a fixture as dense rows. */
export function matrix(values: readonly number[], cols: number): DenseMatrix {
  return { rows: values.length / cols, cols, data: Float32Array.from(values) };
}
