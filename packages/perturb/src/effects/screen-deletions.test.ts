import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { namedRandom, shuffle } from '@geneformer-ts/core';
import { tf, useBackend } from '@geneformer-ts/engine';
import { BertForMaskedLM, presetConfig } from '@geneformer-ts/model';
import { rankCorrelation } from '../statistics/rank-correlation.js';
import { perturbCell } from './perturb-cell.js';
import { screenDeletions } from './screen-deletions.js';

const rules = { specialIds: [0, 1, 2, 3], maxLength: 64 };
/** Sixty genes between `<cls>` and `<eos>`. */
const order = shuffle(
  Array.from({ length: 100 }, (_, i) => 4 + i),
  namedRandom(3, 1),
);
const cell = { tokens: Int32Array.of(2, ...order.slice(0, 60), 3) };
const genes = Array.from(cell.tokens.subarray(1, -1), (gene) => [gene]);
const states = new Map([
  ['a', Float64Array.from({ length: 16 }, (_, k) => Math.sin(k))],
  ['b', Float64Array.from({ length: 16 }, (_, k) => Math.cos(3 * k))],
]);

/** A model whose position embeddings change slowly, as those of trained models do. */
let model: BertForMaskedLM;
beforeAll(async () => {
  await useBackend('onnx', { threads: 1 });
  const config = { ...presetConfig('tiny', 104), initializer_range: 0.1 };
  model = BertForMaskedLM.fromConfig(config, { seed: 4 });
  const positions = Float32Array.from(
    { length: 64 * 16 },
    (_, i) => 0.1 * Math.sin(Math.floor(i / 16) / 20 + (i % 16)),
  );
  const at = model.parameters.get('bert.embeddings.position_embeddings.weight');
  at.assign(tf.tensor2d(positions, [64, 16]));
});
afterAll(() => model.dispose());

test.each(['mean', 'cls'] as const)('ranks genes as exact deletions do, %s', async (pooling) => {
  const exact = await perturbCell(model, cell, genes, { kind: 'delete' }, rules, { states, pooling });
  const found = await screenDeletions(model, cell, rules, { states, pooling });
  expect(rankCorrelation(found.shift, exact.shift)).toBeGreaterThan(0.98);
  for (let state = 0; state < states.size; state++) {
    const column = (values: Float64Array) => values.filter((_, i) => i % states.size === state);
    expect(rankCorrelation(column(found.states), column(exact.states))).toBeGreaterThan(0.98);
  }
});

test('fewer directions give a coarser shift, and the same states', async () => {
  const [few, all] = await Promise.all(
    [2, 99].map((directions) => screenDeletions(model, cell, rules, { states, directions })),
  );
  expect(few.states).toBeAllClose(all.states, { atol: 1e-6 });
  expect(rankCorrelation(few.shift, all.shift)).toBeLessThan(0.999);
  await expect(screenDeletions(model, cell, rules, { directions: 0 })).rejects.toThrow('directions: 0 is not valid');
});

test('a cell with one gene has no effect, and the first gene is not a token of the cell', async () => {
  const one = await screenDeletions(model, { tokens: Int32Array.of(2, 9, 3) }, rules, { states });
  expect([...one.shift, ...one.states]).toEqual([NaN, NaN, NaN]);
  await expect(screenDeletions(model, { tokens: Int32Array.of(9, 8) }, rules, { pooling: 'cls' })).rejects.toThrow(
    "pooling: 'cls' is the vector of the first gene here; use 'mean'",
  );
});
