import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StageInputs } from './stage.js';
import { Study } from './study.js';
import { Store } from './store.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'study-'));
  cpSync(fileURLToPath(new URL('../../experiments', import.meta.url)), path.join(root, 'experiments'), {
    recursive: true,
  });
  mkdirSync(path.join(root, 'dist', 'fingerprints'), { recursive: true });
  for (const stage of ['data', 'split']) writeFileSync(path.join(root, 'dist', 'fingerprints', `${stage}.txt`), 'x\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(['nosuchstage', '', '../run/lock', 'data.params', 'constructor'])(
  'refuses the stage name %j',
  async (name) => {
    const asking = new Study(root).request('cell', 'embedded', { words: [name], after: [] });
    await expect(asking).rejects.toMatchObject({ tag: 'StageError' });
    await expect(asking).rejects.toThrow(`stage "${name}": no such stage; choose one of: data, split`);
  },
);

test('a stage that exists is found', async () => {
  const request = await new Study(root).request('cell', 'embedded', { words: ['data'], after: [] });
  expect(request).toMatchObject({ identity: { words: ['data'] }, code: 'x' });
});

test('an unknown stage among the inputs lists the known ones', async () => {
  const { upstream } = await new Study(root).request('cell', 'embedded', { words: ['split'], after: ['nosuch'] });
  await expect(upstream('nosuch')).rejects.toMatchObject({ tag: 'StageError' });
  await expect(upstream('nosuch')).rejects.toThrow(/stage "nosuch": not in cell:embedded; name one of: data, /);
});

test('an input that was not named is not a defect of the study', () => {
  expect(() => new StageInputs(new Map(), new Store(root)).manifest('data')).toThrow(
    'stage "data": not an input of this stage; name it after --after',
  );
});
