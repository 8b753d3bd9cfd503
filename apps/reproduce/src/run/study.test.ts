import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TaskInputs } from './stage.js';
import { Study } from './study.js';
import { Store } from './store.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'study-'));
  cpSync(fileURLToPath(new URL('../../experiments', import.meta.url)), path.join(root, 'experiments'), {
    recursive: true,
  });
  mkdirSync(path.join(root, 'dist'));
  const code = { plan: 'p', stages: { data: 'x', split: 'y' }, libraries: [] };
  writeFileSync(path.join(root, 'dist/code.json'), JSON.stringify(code));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = () => new Study(root, new Store(path.join(root, 'store')));

test.each(['nosuchstage', '', 'data.params', 'constructor'])('refuses the task name %j', async (name) => {
  const asking = open().task('cell', 'embedded', name);
  await expect(asking).rejects.toMatchObject({ tag: 'StageError' });
  await expect(asking).rejects.toThrow(`stage "${name}": not in cell:embedded; name one of: data, split`);
});

test('a request names the code, the inputs and the backend of its task', async () => {
  const study = open();
  const request = async (name: string) => study.request(await study.task('cell', 'embedded', name));
  expect(await request('split')).toMatchObject({ inputs: ['data'], code: 'y', backend: 'none' });
  expect(await request('vectors')).toMatchObject({
    inputs: ['split', 'tokenize', 'contrast'],
    backend: 'onnx',
  });
});

test('a plan is kept, and made again when the file or the declarations change', async () => {
  const first = await open().plan('pretrain', 'profiles');
  const file = path.join(root, 'experiments/pretrain.yaml');
  const text = readFileSync(file, 'utf8');
  const kept = () => readdirSync(path.join(root, 'store/plans')).length;
  const before = kept();
  expect(await open().plan('pretrain', 'profiles')).toEqual(first);
  expect(kept()).toBe(before);
  writeFileSync(file, text.replace('numTrainEpochs: 6', 'numTrainEpochs: 7'));
  expect(await open().plan('pretrain', 'profiles')).not.toEqual(first);
  expect(kept()).toBe(before + 1);
  writeFileSync(file, text);
});

test('a damaged plan is not used', async () => {
  const study = open();
  const plan = await study.plan('pretrain', 'everything');
  const folder = path.join(root, 'store/plans');
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"seed":0', '"seed":1'));
  }
  expect(await open().plan('pretrain', 'everything')).toEqual(plan);
});

test('tasks of another profile come before the tasks that read them', async () => {
  const tasks = await open().tasks('gene', 'real');
  const names = tasks.map(({ experiment, profile, name }) => `${experiment}/${profile}/${name}`);
  const at = (name: string) => names.indexOf(name);
  expect(at('pretrain/profiles/pretrain')).toBeGreaterThanOrEqual(0);
  expect(at('pretrain/profiles/pretrain')).toBeLessThan(at('gene/real/gene-finetune-geneformer-0'));
  expect(names).not.toContain('pretrain/profiles/pretrain-report');
  expect(new Set(names).size).toBe(names.length);
});

test('an input that was not declared is not a defect of the study', () => {
  expect(() => new TaskInputs(new Map(), new Store(root)).made('data')).toThrow(
    'stage "data": not an input of this stage; add it to the inputs of its declaration',
  );
});
