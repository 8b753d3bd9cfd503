import { describe, expect, test } from '@jest/globals';
import type { CsrMatrix } from '@geneformer-ts/baselines';
import { baselineParams } from '../stages/baseline.params.js';
import { chooseSettings } from './classifiers.js';

const params = baselineParams.parse({
  label: 'Logistic regression',
  estimator: 'logistic-regression',
  C: 1,
  randomState: 0,
  features: { kind: 'log1p', scale: false },
  tuning: { budget: 6, grid: { C: [1e-9, 10] } },
});
const silent = () => undefined;

/** 60 cells in 6 donors, two classes; gene 0 separates them, genes 1 to 4 are noise. */
function cells(informative = true) {
  const data = new Float32Array(60 * 5);
  const labels = Array.from({ length: 60 }, (_, cell) => (cell * 7) % 2);
  for (let cell = 0; cell < 60; cell++) {
    for (let gene = 0; gene < 5; gene++) data[cell * 5 + gene] = ((cell * 31 + gene * 17) % 13) / 13;
    if (informative) data[cell * 5] += 2 * labels[cell];
  }
  const all: CsrMatrix = {
    rows: 60,
    cols: 5,
    indptr: Int32Array.from({ length: 61 }, (_, row) => row * 5),
    indices: Int32Array.from(data, (_, at) => at % 5),
    data,
  };
  const groups = labels.map((_, cell) => `donor ${Math.floor(cell / 10)}`);
  return { all, split: { labels, groups, classes: ['cTEC', 'mTEC'] } };
}
const train = Int32Array.from({ length: 40 }, (_, cell) => cell);

describe('chooseSettings', () => {
  test('chooses the settings that score best within the training cells', async () => {
    const { all, split } = cells();
    const { params: found, chosen } = await chooseSettings(params, all, split, train, silent);
    expect(chosen).toMatchObject({ settings: { C: 10 }, tried: 2 });
    expect(found).toMatchObject({ C: 10 });
  });

  test('does not read the tested cells', async () => {
    const { all, split } = cells();
    const honest = await chooseSettings(params, all, split, train, silent);
    const data = all.data.slice().fill(1e6, 40 * 5);
    const labels = split.labels.map((label, cell) => (cell < 40 ? label : 1 - label));
    expect(await chooseSettings(params, { ...all, data }, { ...split, labels }, train, silent)).toEqual(honest);
  });

  test('keeps the settings of the file when there are too few labels or groups for cross-validation', async () => {
    const { all, split } = cells();
    expect(await chooseSettings(params, all, split, Int32Array.of(0, 1, 2, 3), silent)).toEqual({
      params,
      chosen: null,
    });
    const twoDonors = Int32Array.from({ length: 20 }, (_, cell) => cell);
    expect(await chooseSettings(params, all, split, twoDonors, silent)).toEqual({ params, chosen: null });
  });

  test('tries no more settings than the budget allows', async () => {
    const { all, split } = cells();
    const frugal = { ...params, tuning: { budget: 3, nSplits: 3, grid: { C: [0.1, 1, 10] } } };
    expect((await chooseSettings(frugal as typeof params, all, split, train, silent)).chosen!.tried).toBe(1);
  });
});

test('a grid may only name settings of its own estimator', () => {
  expect(() => baselineParams.parse({ ...params, tuning: { budget: 6, grid: { nEstimators: [1] } } })).toThrow(
    /nEstimators/,
  );
});
