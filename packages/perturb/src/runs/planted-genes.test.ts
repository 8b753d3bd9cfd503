import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { namedRandom, shuffle } from '@geneformer-ts/core';
import { useBackend } from '@geneformer-ts/engine';
import { BertForSequenceClassification, finetune } from '@geneformer-ts/model';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geneStatistics } from '../statistics/gene-statistics.js';
import { cellsOf, fixture } from '../testing/fixture.js';
import { openRun } from './open-run.js';
import { perturbCells } from './perturb-cells.js';

/**
 * Genes that only cells of one of three simulated states express; state b has none. All others are expressed at random in all. A cell of
 * state a without its genes is therefore one of state b.
 */
const own = { a: [4, 5], b: [], c: [6, 7] };
const others = Array.from({ length: 32 }, (_, i) => 8 + i);
const states = ['a', 'b', 'c'] as const;
const DONORS = 12;
const CELLS_PER_DONOR = 10;
const labels = Array.from({ length: DONORS * CELLS_PER_DONOR }, (_, cell) => states[cell % 3]);
const donors = labels.map((_, cell) => `d${Math.floor(cell / CELLS_PER_DONOR)}`);
/** Simulates a cell per label; cells for training and for perturbing have different seeds. */
const simulate = (seed: number): number[][] =>
  labels.map((label, cell) => {
    const random = namedRandom(seed, cell);
    return [
      2,
      ...shuffle([...own[label], ...shuffle([...others], random).slice(0, 11 - own[label].length)], random),
      3,
    ];
  });

let model: BertForSequenceClassification;
let folder: string;
beforeAll(async () => {
  await useBackend('onnx', { threads: 1 });
  model = await BertForSequenceClassification.fromPretrained(fixture('checkpoint'));
  const codes = Int32Array.from([...labels, ...labels, ...labels, ...labels], (label) => states.indexOf(label));
  await finetune(model, cellsOf([1, 3, 4, 5].flatMap(simulate)), codes, {
    learningRate: 5e-3,
    numTrainEpochs: 15,
    perDeviceTrainBatchSize: 32,
    maxBuckets: 1,
  });
  folder = mkdtempSync(join(tmpdir(), 'perturb-'));
  const spec = {
    cells: cellsOf(simulate(2)),
    select: Int32Array.from(labels.keys()).filter((cell) => labels[cell] === 'a'),
    targets: 'all' as const,
    perturbation: { kind: 'delete' as const },
    rules: { specialIds: [0, 1, 2, 3], maxLength: 14 },
    probabilities: true,
    states: { names: ['b', 'a'], labels },
    donors,
    modelDigest: 'test',
  };
  await perturbCells(model, spec, folder);
});
afterAll(() => {
  model.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Share of pairs of a planted gene and another in which the planted one has the larger effect. */
function auc(target: Int32Array, effect: Float64Array): number {
  const [planted, rest] = [true, false].map((wanted) =>
    Array.from(effect).filter((_, at) => own.a.includes(target[at]) === wanted),
  );
  expect([planted.length, rest.length]).toEqual([own.a.length, others.length]);
  return (
    planted.flatMap((x) => rest.map((y): number => (x > y ? 1 : 0))).reduce((a, b) => a + b, 0) /
    (planted.length * rest.length)
  );
}

test.each([
  ['toward b', 1],
  ['probability b', 1],
  ['toward a', -1],
  ['probability a', -1],
])('deleting the planted genes of state a has the largest effects: %s', async (effect, sign) => {
  const found = await geneStatistics(await openRun(folder), { donors, effect, matched: 20 });
  const signed = found.effect.map((value) => sign * value);
  expect(auc(found.target, signed)).toBeGreaterThanOrEqual(0.9);
  for (const [at, target] of found.target.entries()) {
    if (own.a.includes(target)) expect(signed[at]).toBeGreaterThan(0);
  }
});

test('genes of no state are not significant beside similar ones', async () => {
  const { target, nullP } = await geneStatistics(await openRun(folder), { donors, effect: 'toward b', matched: 20 });
  const small = Array.from(target).filter((gene, at) => others.includes(gene) && nullP[at] <= 2 / 21);
  expect(small.length / others.length).toBeLessThan(0.2);
});
