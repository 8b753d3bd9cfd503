import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { useBackend } from '@geneformer-ts/engine';
import { BertForSequenceClassification } from '@geneformer-ts/model';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Perturbation, perturbSequence } from '../sequence/perturb-sequence.js';
import { perturbCell } from './perturb-cell.js';

interface Golden {
  cells: number[][];
  state: number[];
  cases: {
    cell: number;
    targets: number[];
    kind: Perturbation['kind'];
    quartiles: 1 | 2;
    tokens: number[] | null;
    shift?: Record<string, number>;
    state?: number;
    genes?: Record<string, number>;
    probabilities?: number[];
  }[];
}

/** Values of plain PyTorch, written by tools/parity/perturb-golden.py. */
const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const golden = JSON.parse(readFileSync(fixture('golden.json'), 'utf8')) as Golden;
const cells = golden.cells.map((tokens) => ({ tokens: Int32Array.from(tokens) }));
const rules = { specialIds: [0, 1, 2, 3], maxLength: 14 };
const states = new Map([['goal', Float64Array.from(golden.state)]]);

let model: BertForSequenceClassification;
beforeAll(async () => {
  await useBackend('onnx', { threads: 1 });
  model = await BertForSequenceClassification.fromPretrained(fixture('checkpoint'));
});
afterAll(() => model.dispose());

test('the fixture has perturbed, truncated and absent cases', () => {
  expect(golden.cases.length).toBe(60);
  expect(golden.cases.filter(({ tokens }) => tokens === null).length).toBe(12);
  expect(golden.cases.filter(({ tokens }) => tokens?.length === 14).length).toBeGreaterThan(3);
});

describe('equals plain PyTorch', () => {
  test.each(golden.cases.map((one, i) => [i, one.kind, one] as const))('case %d, %s', async (_index, _kind, one) => {
    const cell = cells[one.cell];
    const perturbation: Perturbation = { kind: one.kind, quartiles: one.quartiles };
    const sequence = perturbSequence(cell, one.targets, perturbation, rules);
    expect(sequence ? [...sequence.tokens] : null).toEqual(one.tokens);
    for (const pooling of ['mean', 'cls'] as const) {
      for (const layer of [1, 2]) {
        const { shift } = await perturbCell(model, cell, [one.targets], perturbation, rules, { layer, pooling });
        if (one.shift) expect(Math.abs(shift[0] - one.shift[`${layer}/${pooling}`])).toBeLessThan(1e-5);
        else expect(shift[0]).toBeNaN();
      }
    }
    const found = await perturbCell(model, cell, [one.targets], perturbation, rules, {
      states,
      probabilities: true,
      geneShifts: 99,
    });
    if (!one.genes) {
      expect([...found.states, ...found.probabilities]).toEqual([NaN, NaN, NaN, NaN]);
      return;
    }
    expect(Math.abs(found.states[0] - one.state!)).toBeLessThan(1e-5);
    one.probabilities!.forEach((change, k) => expect(Math.abs(found.probabilities[k] - change)).toBeLessThan(1e-5));
    expect(found.genes[0].length).toBe(Object.keys(one.genes).length);
    for (const { token, shift } of found.genes[0]) expect(Math.abs(shift - one.genes[token])).toBeLessThan(1e-5);
  });
});

test('the bits depend neither on the batches nor on other targets', async () => {
  const targets = golden.cells[0].slice(1, -1).map((gene) => [gene]);
  const options = { states, probabilities: true, geneShifts: 3 };
  const perturb = (list: number[][], batchTokens: number) =>
    perturbCell(model, cells[0], list, { kind: 'delete' }, rules, { ...options, batchTokens });
  const whole = await perturb(targets, 4096);
  expect(await perturb(targets, 1)).toEqual(whole);
  expect(await perturb(targets, 60)).toEqual(whole);
  const last = await perturb(targets.slice(-1), 4096);
  expect(last.shift[0]).toBe(whole.shift.at(-1));
  expect(last.genes[0]).toEqual(whole.genes.at(-1));
});

test('a cell without other genes has no effect, and ranks are those of genes', async () => {
  const two = cells[2];
  const [, first, second] = two.tokens;
  const { shift, rank, present } = await perturbCell(
    model,
    two,
    [[first, second], [second], [39]],
    { kind: 'delete' },
    rules,
  );
  expect([shift[0], shift[2]]).toEqual([NaN, NaN]);
  expect(shift[1]).toBeGreaterThan(0);
  expect([[...rank], [...present]]).toEqual([
    [0, 1, -1],
    [2, 1, 0],
  ]);
});

test('a signal stops between batches', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(
    perturbCell(model, cells[0], [[cells[0].tokens[1]]], { kind: 'delete' }, rules, { signal }),
  ).rejects.toThrow('enough');
});
