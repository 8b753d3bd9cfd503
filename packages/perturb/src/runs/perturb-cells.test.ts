import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { namedRandom, shuffle } from '@geneformer-ts/core';
import { useBackend } from '@geneformer-ts/engine';
import { BertForSequenceClassification, readStates } from '@geneformer-ts/model';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perturbCell } from '../effects/perturb-cell.js';
import { stateVectors } from '../effects/state-vectors.js';
import { cellsOf, fixture } from '../testing/fixture.js';
import { screenDeletions } from '../effects/screen-deletions.js';
import { estimateCells } from './estimate-cells.js';
import { openRun } from './open-run.js';
import { perturbCells, type RunOptions } from './perturb-cells.js';
import type { RunSpec } from './run-spec.js';
import { screenAgreement } from './screen-agreement.js';

const CLS = 2;
const EOS = 3;
/** Thirteen cells of 1 to 12 genes; the last is full. */
const tokens = Array.from({ length: 13 }, (_, cell) => {
  const genes = shuffle(
    Array.from({ length: 36 }, (_gene, i) => 4 + i),
    namedRandom(19, cell),
  );
  return [CLS, ...genes.slice(0, 1 + ((cell * 5) % 12)), EOS];
});
const cells = cellsOf(tokens);
const donors = tokens.map((_, cell) => `d${cell % 3}`);
const labels = tokens.map((_, cell) => (cell % 4 === 3 ? null : cell % 2 === 0 ? 'a' : 'b'));
const rules = { specialIds: [0, 1, CLS, EOS], maxLength: 14 };
const all: RunSpec = {
  cells,
  targets: 'all',
  perturbation: { kind: 'delete' },
  rules,
  probabilities: true,
  states: { names: ['a', 'b'], labels },
  donors,
  modelDigest: 'test',
  partTokens: 90,
};
const lists: RunSpec = {
  ...all,
  select: Int32Array.of(1, 2, 7, 12),
  targets: [[4], [5, 39], [6, 7, 8]],
  perturbation: { kind: 'overexpress' },
};

let model: BertForSequenceClassification;
let folder: string;
beforeAll(async () => {
  await useBackend('onnx', { threads: 1 });
  model = await BertForSequenceClassification.fromPretrained(fixture('checkpoint'));
});
afterAll(() => model.dispose());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perturb-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (name: string, spec = all, options: RunOptions = {}) =>
  perturbCells(model, spec, join(folder, name), options);

/** Names and bytes of all files of a run. */
function bytes(name: string): [string, string][] {
  const files = readdirSync(join(folder, name), { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'base64')])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

async function rowsOf(name: string) {
  const rows = [];
  for await (const part of (await openRun(join(folder, name))).parts()) {
    for (let row = 0; row < part.cell.length; row++) {
      rows.push({
        ids: [part.cell[row], part.target[row], part.rank[row], part.present[row]],
        values: [part.shift[row], ...[...part.changes.values()].map((column) => column[row])],
      });
    }
  }
  return rows;
}

describe.each([
  ['every gene', all],
  ['lists of genes', lists],
])('%s', (_name, spec) => {
  test('equals perturbCell with the states of other donors, cell by cell', async () => {
    await run('whole', spec);
    const found = await rowsOf('whole');
    const vectors = new Float32Array(cells.offsets.length * 16).fill(NaN);
    for (const [cell, ids] of tokens.entries()) {
      const batch = { rows: 1, length: ids.length, inputIds: Int32Array.from(ids) };
      vectors.set((await readStates(model, batch, { pooling: 'mean' })).vectors!, cell * 16);
    }
    let row = 0;
    for (const cell of spec.select ?? tokens.keys()) {
      const genes = tokens[cell].slice(1, -1);
      const targets = spec.targets === 'all' ? genes.map((gene) => [gene]) : spec.targets;
      const states = stateVectors({ data: vectors, cols: 16, states: labels, donors }, ['a', 'b'], donors[cell]);
      const options = { states, probabilities: true };
      const sequence = { tokens: Int32Array.from(tokens[cell]) };
      const expected = await perturbCell(model, sequence, targets, spec.perturbation, rules, options);
      for (const [t, target] of targets.entries()) {
        const { ids, values } = found[row++];
        const id = spec.targets === 'all' ? target[0] : t;
        expect(ids).toEqual([cell, id, expected.rank[t], expected.present[t]]);
        expect(values[0]).toBe(expected.shift[t]);
        const changes = [
          ...expected.states.subarray(2 * t, 2 * t + 2),
          ...expected.probabilities.subarray(3 * t, 3 * t + 3),
        ];
        if (Number.isNaN(expected.shift[t])) expect(values.slice(1)).toEqual(changes.map(() => NaN));
        else expect(values.slice(1)).toBeAllClose(changes, { atol: 1e-12 });
      }
    }
    expect(row).toBe(found.length);
  });

  test('has the same bytes for any batch size, shards in any order, and after interruptions', async () => {
    const { partCount } = await run('whole', spec);
    expect(partCount).toBeGreaterThan(1);
    await run('small', spec, { batchTokens: 1 });
    for (const index of [2, 0, 1]) await run('shards', spec, { shard: { index, count: 3 }, batchTokens: 33 });
    // Each process computes one part and is stopped.
    for (let done = 0; done < partCount;) {
      const stop = new AbortController();
      const onProgress = (event: { done: number }): void => {
        if (event.done > done) stop.abort(new Error('stopped'));
      };
      const outcome = await run('stopped', spec, { signal: stop.signal, onProgress }).catch((error: Error) => error);
      done++;
      if (outcome instanceof Error) expect(outcome.message).toBe('stopped');
    }
    for (const name of ['small', 'shards', 'stopped']) expect(bytes(name)).toEqual(bytes('whole'));
  });
});

test('an absent gene has NaN and is counted, also in the first batch', async () => {
  await run('absent', { ...lists, perturbation: { kind: 'delete' } });
  const rows = await rowsOf('absent');
  const absent = rows.filter(({ ids }) => ids[3] === 0);
  expect([absent.length, rows.length]).toEqual([expect.any(Number), 12]);
  expect(absent.length).toBeGreaterThan(2);
  for (const { ids, values } of absent) expect([ids[2], ...values]).toEqual([-1, ...values.map(() => NaN)]);
});

test('complete parts are not computed again; a damaged one is', async () => {
  const first = await run('again');
  expect([first.parts, first.found]).toEqual([first.partCount, 0]);
  const whole = bytes('again');
  writeFileSync(join(folder, 'again', 'parts', 'part-000001.parquet'), 'damaged');
  expect((await run('again')).found).toBe(first.partCount - 1);
  expect(bytes('again')).toEqual(whole);
});

test('a number that was changed on disk is found', async () => {
  await run('changed');
  const path = join(folder, 'changed', 'parts', 'part-000001.parquet');
  const content = readFileSync(path);
  const footer = content.readUInt32LE(content.length - 8) + 8;
  content[content.length - footer - 2] ^= 1;
  writeFileSync(path, content);
  const { parts } = await openRun(join(folder, 'changed'));
  const read = async (): Promise<void> => {
    for await (const part of parts()) expect(part.cell.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toThrow(/part-000001.parquet: (rows: are damaged|parquet: cannot be read)/);
});

test('a folder with another run is refused, and an incomplete run is not opened', async () => {
  await run('one', all, { shard: { index: 1, count: 2 } });
  await expect(run('one', lists)).rejects.toThrow(/one: has a run with other cells, genes or options; name another/);
  await expect(openRun(join(folder, 'one'))).rejects.toThrow(/parts are missing: 0, 2/);
  await expect(run('two', all, { shard: { index: 2, count: 2 } })).rejects.toThrow('shard: ');
});

test('a state that only the donor of a cell has is an error', async () => {
  const alone = { names: ['a', 'x'], labels: labels.map((label, cell) => (donors[cell] === 'd1' ? 'x' : label)) };
  await expect(run('alone', { ...all, states: alone })).rejects.toThrow("'x' has no cells besides those of donor d1");
});

test('an estimate has the size of the run, and shares sum to the whole', async () => {
  const { sequences, tokens: read, partCount, cells: perturbed } = await run('size');
  const found = await estimateCells(model, all);
  expect(found).toMatchObject({ sequences, tokens: read, parts: partCount, cells: perturbed });
  expect(found.seconds).toBeGreaterThan(0);
  expect(found.measuredTokens).toBeGreaterThan(0);
  const none = await estimateCells(model, all, { shard: { index: partCount, count: partCount + 1 } });
  expect(none.seconds).toBe(0);
});

describe('a screen', () => {
  const { probabilities: _, ...vectors } = all;
  const spec: RunSpec = { ...vectors, screen: { directions: 15 } };

  test('has a row per gene and cell like exact deletions, with the effects of screenDeletions', async () => {
    await run('exact', vectors);
    await run('screened', spec);
    const [exact, screened] = [await rowsOf('exact'), await rowsOf('screened')];
    expect(screened.map(({ ids }) => ids)).toEqual(exact.map(({ ids }) => ids));
    expect(screened.map(({ values }) => values.map(Number.isNaN))).toEqual(
      exact.map(({ values }) => values.map(Number.isNaN)),
    );
    const last = { tokens: Int32Array.from(tokens[12]) };
    const { shift } = await screenDeletions(model, last, rules, { directions: 15 });
    expect(screened.slice(-shift.length).map(({ values }) => values[0])).toEqual([...shift]);
  });

  test.each(['shift', 'toward a'])('says how its ranks agree with exact deletions: %s', async (effect) => {
    await run('exact', vectors);
    await run('screened', spec);
    const agreement = async (name: string) =>
      screenAgreement(model, spec, await openRun(join(folder, name)), { effect });
    expect(await agreement('exact')).toMatchObject({ effect, mean: expect.closeTo(1), least: expect.closeTo(1) });
    const found = await agreement('screened');
    expect(found.cells).toBeGreaterThan(4);
    expect(found.mean).toBeLessThan(0.999);
    expect(found.least).toBeLessThan(found.mean);
  });

  test('has the same bytes for any shards, and never divides a cell', async () => {
    const { partCount } = await run('whole', spec);
    expect(partCount).toBeGreaterThan(2);
    for (const index of [2, 0, 1]) await run('shards', spec, { shard: { index, count: 3 } });
    expect(bytes('shards')).toEqual(bytes('whole'));
    const cellsSeen = new Set<number>();
    for await (const part of (await openRun(join(folder, 'whole'))).parts()) {
      for (const cell of new Set(part.cell)) {
        expect(cellsSeen.has(cell)).toBe(false);
        cellsSeen.add(cell);
      }
    }
  });

  test('is only for vectors and deletions of every gene', async () => {
    await expect(run('a', { ...spec, targets: [[4]] })).rejects.toThrow('screen: is for every gene of a cell');
    await expect(run('b', { ...spec, perturbation: { kind: 'activate' } })).rejects.toThrow("not 'activate'");
    await expect(run('c', { ...spec, probabilities: true })).rejects.toThrow('screen: measures vectors');
    await expect(run('d', vectors).then(() => run('d', spec))).rejects.toThrow('has a run with other cells');
  });

  test('is estimated by its own cost', async () => {
    const found = await estimateCells(model, spec);
    expect(found.tokens).toBe((15 + 2) * tokens.reduce((sum, own) => sum + own.length, 0));
    expect(found.seconds).toBeGreaterThan(0);
  });
});
