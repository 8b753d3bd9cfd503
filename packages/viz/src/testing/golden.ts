import { readFileSync } from 'node:fs';

/** Values from other implementations, written by tools/parity/viz-golden.py. */
interface Golden {
  fontWidths: { weight: 400 | 700; text: string; em: number }[];
  averagedRoc: { curves: { fpr: number[]; tpr: number[] }[]; tpr: number[]; lower: number[]; upper: number[] };
}

export const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/golden.json', import.meta.url), 'utf8'),
) as Golden;
