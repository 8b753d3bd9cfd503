import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Manifest } from './manifest.js';
import type { Task } from './plan.js';
import { writeRunManifest, type RunManifest } from './run-manifest.js';
import { compareResults } from './verify.js';

const digest = (letter: string) => letter.repeat(64);
const environment = { node: 'v20.20.2', backend: 'onnx', device: 'cpu', cpu: 'CPU A', threads: 2, commit: 'abc' };
const manifest = (stage: string, changes: Partial<Manifest> = {}): Manifest => ({
  schema: 1,
  experiment: 'cell',
  profile: 'small',
  stage,
  key: digest('1'),
  params: { seed: 7, training: { seed: 3 } },
  inputs: {},
  files: {},
  code: 'c0de',
  backend: 'onnx',
  versions: { node: 'v20.20.2', platform: 'linux-x64' },
  environment,
  outputs: { [stage]: { digest: digest('a'), bytes: 1, files: { [`${stage}.bin`]: digest('a') } } },
  facts: {},
  timing: {},
  seconds: 1,
  check: '',
  ...changes,
});
const task = (name: string): Task => ({
  experiment: 'cell',
  profile: 'small',
  name,
  stage: name,
  params: manifest(name).params,
  inputs: {},
  files: [],
  cores: 'all',
  computes: false,
});
const metrics = { models: [{ name: 'geneformer', accuracy: { mean: 0.928 }, seconds: { train: 10 } }] };

let ours: string;
let published: string;
beforeEach(async () => {
  ours = await mkdtemp(path.join(tmpdir(), 'ours-'));
  published = await mkdtemp(path.join(tmpdir(), 'published-'));
  await write(ours, [manifest('data', { files: { 'cells.h5ad': digest('f') } }), manifest('pretrain')], metrics);
  await cp(ours, published, { recursive: true });
});
afterEach(async () => {
  for (const folder of [ours, published]) await rm(folder, { recursive: true });
});

async function write(folder: string, stages: Manifest[], scores: unknown = metrics): Promise<void> {
  const made = new Map(stages.map((one) => [task(one.stage), one]));
  const about = { experiment: 'cell', profile: 'small' };
  await writeRunManifest(folder, about, [...made.keys()], made, ['apache-arrow@21.2.0']);
  await writeFile(path.join(folder, 'metrics.json'), JSON.stringify(scores));
}

const compare = () => compareResults(ours, published);
const heading = (same: number, of: number) =>
  `cell:small: ${same} of ${of} stages have the same outputs as in ${published}`;

test('manifest.json names versions, seeds, inputs and every stage', async () => {
  const text = await readFile(path.join(ours, 'manifest.json'), 'utf8');
  const { versions, seeds, inputs, stages } = JSON.parse(text) as RunManifest;
  expect(versions).toEqual({
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    commit: 'abc',
    libraries: ['apache-arrow@21.2.0'],
  });
  expect(seeds).toMatchObject({ 'data.seed': 7, 'pretrain.training.seed': 3 });
  expect(inputs).toEqual({ 'cells.h5ad': digest('f') });
  expect(Object.keys(stages)).toEqual(['data', 'pretrain']);
  expect(stages['pretrain'].outputs['pretrain'].files).toEqual({ 'pretrain.bin': digest('a') });
});

describe('compareResults', () => {
  test('finds a copy to be the same', async () => {
    expect(await compare()).toEqual({ lines: [heading(2, 2)], isSame: true });
  });

  test('does not compare times', async () => {
    const slow = { models: [{ ...metrics.models[0], seconds: { train: 99 } }] };
    await write(ours, [manifest('data', { seconds: 9 }), manifest('pretrain')], slow);
    expect((await compare()).isSame).toBe(true);
  });

  const other = { pretrain: { digest: digest('b'), bytes: 1, files: { 'pretrain.bin': digest('b') } } };
  test.each<[string, Partial<Manifest>, string]>([
    ['its parameters', { params: { seed: 8 } }, 'also different: its parameters'],
    ['its code', { code: 'other' }, 'also different: its code'],
    ['the backend', { backend: 'wasm' }, 'also different: the backend, wasm and onnx'],
    ['a file', { files: { 'cells.h5ad': digest('e') } }, 'also different: cells.h5ad'],
    ['an input', { inputs: { data: digest('e') } }, 'also different: its inputs data'],
    [
      'only the machine',
      { environment: { ...environment, cpu: 'CPU B' } },
      'made from the same; machines: CPU B, 2 threads, Node v20.20.2 and CPU A, 2 threads, Node v20.20.2',
    ],
  ])('names the output that differs, and the reason where %s differs too', async (_what, changes, reason) => {
    await write(ours, [manifest('data'), manifest('pretrain', { outputs: other, ...changes })]);
    expect(await compare()).toEqual({
      lines: [heading(1, 2), `  pretrain: pretrain.bin differs (${reason})`],
      isSame: false,
    });
  });

  test('names a stage that only one of them has', async () => {
    await write(ours, [manifest('data')]);
    expect((await compare()).lines).toEqual([heading(1, 2), `  pretrain: only in ${published}`]);
  });

  test('names the scores that differ', async () => {
    await write(ours, [manifest('data'), manifest('pretrain')], {
      models: [{ ...metrics.models[0], accuracy: { mean: 0.93 } }],
    });
    expect((await compare()).lines).toEqual([
      heading(2, 2),
      '  metrics.json: models.geneformer.accuracy.mean is 0.93, published 0.928',
    ]);
  });

  test('refuses a folder without results, and names the remedy', async () => {
    await rm(path.join(published, 'manifest.json'));
    await expect(compare()).rejects.toThrow(
      /manifest\.json: manifest: cannot be read; give the results folder of a finished/,
    );
  });

  test.each([
    ['metrics.json', '{"a"', /metrics\.json: text: is not JSON; run the profile again$/],
    ['manifest.json', '{"schema":2}', /manifest\.json: schema: is not 2, or stages are missing; run the profile again/],
  ])('refuses a damaged %s', async (name, text, problem) => {
    await writeFile(path.join(published, name), text);
    await expect(compare()).rejects.toThrow(problem);
  });
});
