import { describe, expect, test } from '@jest/globals';
import { fillNormal, namedRandom } from '@geneformer-ts/core';
import type { PartRows } from '../runs/compute-part.js';
import { readFixture } from '../testing/fixture.js';
import { geneStatistics } from './gene-statistics.js';
import { impactMixture } from './impact-mixture.js';
import { matchedGenes } from './matched-genes.js';

/** Values of numpy, scipy and scikit-learn, written by tools/parity/perturb-statistics.py. */
const golden = readFixture<{
  donorOf: number[];
  rows: [cell: number, gene: number, rank: number, effect: number][];
  matched: number;
  nulls: number[][];
  mixture: { means: number[]; sds: number[]; weights: number[] };
  effect: number[];
  cells: number[];
  meanRank: number[];
  nullMean: number[];
  nullSd: number[];
  pValue: number[];
  fdr: number[];
}>('statistics.json');
const donors = golden.donorOf.map((donor) => `d${donor}`);

/** A run of rows, in two parts. */
function runOf(rows: readonly (readonly number[])[]) {
  const partOf = (some: readonly (readonly number[])[]): PartRows => ({
    cell: Int32Array.from(some, ([cell]) => cell),
    target: Int32Array.from(some, ([, target]) => target),
    rank: Int32Array.from(some, ([, , rank]) => rank),
    present: Int32Array.from(some, ([, , , effect]) => (Number.isNaN(effect) ? 0 : 1)),
    shift: Float64Array.from(some, ([, , , effect]) => effect),
    changes: new Map([['toward x', Float64Array.from(some, ([, , , effect]) => -effect)]]),
  });
  return {
    async *parts() {
      const half = Math.floor(rows.length / 2);
      for (const part of [rows.slice(0, half), rows.slice(half)]) yield await Promise.resolve(partOf(part));
    },
  };
}

test('equals scipy and scikit-learn', async () => {
  const found = await geneStatistics(runOf(golden.rows), { donors, matched: golden.matched });
  expect([...found.cells]).toEqual(golden.cells);
  for (const name of ['effect', 'meanRank', 'nullMean', 'nullSd', 'pValue', 'fdr'] as const) {
    expect(found[name]).toBeAllClose(golden[name], { rtol: 1e-9 });
  }
  golden.nulls.forEach((nulls, gene) => expect(matchedGenes(golden, gene, golden.matched)).toEqual(nulls));
  const mixture = impactMixture(found.effect)!;
  for (const name of ['means', 'sds', 'weights'] as const) {
    expect(mixture[name]).toBeAllClose(golden.mixture[name], { rtol: 1e-4 });
  }
  const impact = [...found.target].filter((_, at) => found.effect[at] > mixture.threshold);
  expect(impact).toEqual([0, 1, 2, 3, 4, 5]);
});

test('another effect is tested by its name, and an unknown one is an error', async () => {
  const found = await geneStatistics(runOf(golden.rows), { donors, effect: 'toward x' });
  expect(found.effect).toBeAllClose(golden.effect.map((value) => -value));
  await expect(geneStatistics(runOf(golden.rows), { effect: 'toward y' })).rejects.toThrow(
    "no effect 'toward y'; the file has shift, toward x",
  );
});

test('rows without an effect are counted, and do not change the others', async () => {
  const absent = golden.rows.slice(0, 30).map(([cell, gene]) => [cell, gene, -1, NaN]);
  const found = await geneStatistics(runOf([...absent, ...golden.rows]), { donors });
  const without = await geneStatistics(runOf(golden.rows), { donors });
  expect(found.absent.reduce((a, b) => a + b, 0)).toBe(30);
  expect({ ...found, absent: 0 }).toEqual({ ...without, absent: 0 });
});

test('cells are replicates only if asked, and then p-values are smaller', async () => {
  const none = await geneStatistics(runOf(golden.rows));
  expect(none.pValue.every(Number.isNaN)).toBe(true);
  expect(none.donors.every((count) => count === 0)).toBe(true);
  const cells = await geneStatistics(runOf(golden.rows), { donors, replicates: 'cells', matched: golden.matched });
  expect(cells.pValue[0]).toBeLessThan(golden.pValue[0] / 100);
});

test('targets of lists are compared with the targets that are given as their null', async () => {
  const nullOf = new Map([[3, [7, 8, 9]]]);
  const { pValue, nullMean, effect } = await geneStatistics(runOf(golden.rows), { donors, nullOf });
  expect(nullMean[3]).toBeCloseTo((effect[7] + effect[8] + effect[9]) / 3, 12);
  expect([...pValue.keys()].filter((at) => !Number.isNaN(pValue[at]))).toEqual([3]);
});

describe('without any true effect', () => {
  const genes = 300;
  const names = Array.from({ length: 48 }, (_, cell) => `d${Math.floor(cell / 4)}`);

  /** Simulated effects that depend on rank and donor only, with noise per cell. They change little among genes of similar rank. */
  function effects(seed: number, scale: (gene: number) => number = () => 1): number[][] {
    const noise = fillNormal(new Float32Array(genes * names.length), 1, namedRandom(seed, 1));
    return Array.from(noise, (value, i) => {
      const [gene, cell] = [i % genes, Math.floor(i / genes)];
      const donor = Math.floor(cell / 4);
      return [cell, gene, gene, scale(gene) * (0.002 / (1 + gene / 150) + 0.01 * Math.sin(donor)) + 0.002 * value];
    });
  }

  test('p-values of both tests are uniform', async () => {
    const found = await geneStatistics(runOf(effects(5)), { donors: names, matched: 20 });
    for (const values of [found.pValue, found.nullP]) {
      const sorted = [...values].sort((a, b) => a - b);
      // Kolmogorov and Smirnov's distance; its 1 % quantile is 1.63 / √n. Ranks among 20 genes are coarse.
      const coarse = values === found.nullP ? 2 / 21 : 0;
      const distance = Math.max(...sorted.map((p, i) => (i + 1) / sorted.length - p));
      expect(distance).toBeLessThan(1.63 / Math.sqrt(genes));
      expect(Math.max(...sorted.map((p, i) => p - i / sorted.length))).toBeLessThan(1.63 / Math.sqrt(genes) + coarse);
    }
    expect([...found.fdr].filter((fdr) => fdr < 0.05)).toEqual([]);
  });

  /** Pearson's χ² of the ranks among 20 genes that `nullP` counts: each value 2k/21 has probability 2/21, and 1 has 1/21. */
  function chiSquare(nullP: readonly number[]): number {
    const counts = new Float64Array(11);
    for (const p of nullP) counts[Math.min(10, Math.round((p * 21) / 2) - 1)]++;
    return counts.reduce((sum, count, at) => {
      const expected = (nullP.length * (at < 10 ? 2 : 1)) / 21;
      return sum + (count - expected) ** 2 / expected;
    }, 0);
  }
  /** 1 % quantile of χ² with 10 degrees of freedom. */
  const LIMIT = 23.2;
  const pooled = async (scale?: (gene: number) => number): Promise<number[]> => {
    const all: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const { nullP } = await geneStatistics(runOf(effects(seed, scale)), { donors: names, matched: 20 });
      all.push(...nullP);
    }
    return all;
  };

  test('ranks of random genes among similar ones are uniform over 20 seeds', async () => {
    expect(chiSquare(await pooled())).toBeLessThan(LIMIT);
  });

  test('they are not if the effects of some genes are different', async () => {
    expect(chiSquare(await pooled((gene) => (gene % 15 === 0 ? 4 : 1)))).toBeGreaterThan(LIMIT);
  });
});
