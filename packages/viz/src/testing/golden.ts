import { readFileSync } from 'node:fs';

/** Values from other implementations, written by tools/parity/viz-golden.py. */
interface Golden {
  fontWidths: { weight: 400 | 700; text: string; em: number }[];
  averagedRoc: { curves: { fpr: number[]; tpr: number[] }[]; tpr: number[]; lower: number[]; upper: number[] };
  components: { rows: number; cols: number; kept: number; data: number[]; scores: number[] };
  neighbours: { rows: number; cols: number; k: number; data: number[]; indices: number[]; distances: number[] };
}

/** Values from umap-learn, written by tools/parity/viz-umap.py. */
interface UmapGolden {
  curves: { minDist: number; a: number; b: number }[];
  graph: { from: number[]; to: number[]; weight: number[] };
}

export const umapGolden = JSON.parse(
  readFileSync(new URL('../../fixtures/umap.json', import.meta.url), 'utf8'),
) as UmapGolden;

export const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/golden.json', import.meta.url), 'utf8'),
) as Golden;

/** Runs a generator to its end and returns what it returns, with what it yielded. */
export function finish<Y, R>(steps: Generator<Y, R>): { yielded: Y[]; result: R } {
  const yielded: Y[] = [];
  let step = steps.next();
  for (; !step.done; step = steps.next()) yielded.push(step.value);
  return { yielded, result: step.value };
}
