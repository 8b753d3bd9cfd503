import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ResumeDamagedError } from '@geneformer-ts/model';
import { NotReproducibleError, StaleInputError } from '../errors.js';
import { formatManifest, sealManifest, type Manifest } from './manifest.js';
import { runStage } from './run-stage.js';
import type { Work } from './stage.js';
import { damageTo, FakeStudy } from './testing/fake-study.js';

let finished: FakeStudy;
let study: FakeStudy;
let whole: Record<string, string>;

beforeAll(async () => {
  finished = await FakeStudy.create();
  await finished.runAll();
});
afterAll(() => finished.remove());
beforeEach(async () => {
  study = await FakeStudy.create(finished.folder);
  whole = await study.everything();
});
afterEach(() => study.remove());

const artifacts = [
  ['data', 'data', 'data.txt'],
  ['pretrain', 'checkpoint', 'weights'],
  ['pretrain', 'checkpoint', 'below/config'],
  ['finetune', 'finetune', 'finetune.txt'],
  ['finetune', 'checkpoint', 'weights'],
] as const;
const reader: Record<string, string> = { data: 'pretrain', pretrain: 'finetune', finetune: 'evaluate' };

/** Removes the result of a stage, so that it runs again from its inputs. */
async function forgetResult(name: string): Promise<void> {
  await rm(await study.record(name));
  await rm(path.join(study.results, 'stages', name), { recursive: true });
}

describe.each(Object.entries(damageTo))('%s', (_what, damage) => {
  test.each(artifacts)('in %s, %s/%s heals when a later stage reads it', async (stage, output, file) => {
    const next = reader[stage];
    const before = (await study.manifest(next)).outputs;
    await damage(await study.object(stage, output, file));
    await forgetResult(next);
    expect((await study.run(next)).outputs).toEqual(before);
    expect(study.ran.filter((name) => name === stage)).toHaveLength(1);
    const name = file.startsWith(output) ? file : `${output}/${file}`;
    expect(study.notices.join('\n')).toMatch(
      new RegExp(`^${stage}: ${name} in the cache is (damaged|missing); recomputed in \\d`, 'm'),
    );
    const { [path.join(study.results, 'stages', next, 'manifest.json')]: _new, ...others } = await study.everything();
    expect(whole).toMatchObject(others);
    expect(Object.keys(await study.everything())).toEqual(Object.keys(whole));
  });

  test.each(artifacts)('in %s, %s/%s heals when its own stage runs', async (stage, output, file) => {
    await damage(await study.object(stage, output, file));
    await study.run(stage);
    expect(study.ran).toEqual([stage]);
    expect(await study.everything()).toEqual(whole);
  });

  test('in a published copy heals', async () => {
    for (const name of ['metrics.json', 'figures/weights', 'figures/below/config']) {
      await damage(path.join(study.results, name));
      await study.run('evaluate');
      expect(await study.everything()).toEqual(whole);
    }
    expect(study.ran).toEqual([]);
  });

  test('in the manifest of an input heals without running anything', async () => {
    await damage(path.join(study.results, 'stages/pretrain/manifest.json'));
    await study.run('finetune');
    expect(await study.everything()).toEqual(whole);
    expect(study.ran).toEqual([]);
    expect(study.notices).toHaveLength(1);
  });

  test('in the record of a stage heals without running anything, because the results have another copy', async () => {
    await damage(await study.record('finetune'));
    await study.run('finetune');
    expect(study.ran).toEqual([]);
    expect(study.notices).toEqual([expect.stringMatching(/^finetune: stages\/.* in the cache is .*; rewritten/)]);
    await study.clone().run('data');
    expect(JSON.parse(await readFile(await study.record('finetune'), 'utf8'))).toEqual(
      await study.manifest('finetune'),
    );
  });

  test('in both copies of a record: the stage runs again', async () => {
    const { outputs } = await study.manifest('finetune');
    await damage(await study.record('finetune'));
    await damage(path.join(study.results, 'stages/finetune/manifest.json'));
    expect((await study.run('finetune')).outputs).toEqual(outputs);
    expect(study.ran).toEqual(['finetune']);
  });
});

test('a file that the user added to the published ones stays', async () => {
  await study.run('evaluate');
  const note = path.join(study.results, 'figures/notes.txt');
  await writeFile(note, 'mine');
  await rm(path.join(study.results, 'figures/weights'));
  await study.run('evaluate');
  expect(await readFile(note, 'utf8')).toBe('mine');
  expect(await readFile(path.join(study.results, 'figures/weights'), 'utf8')).toMatch(/^weights of/);
});

describe('a damaged output is recomputed', () => {
  test('after its damaged inputs have been recomputed', async () => {
    await damageTo['a flipped byte'](await study.object('data', 'data', 'data.txt'));
    await damageTo['a missing file'](await study.object('pretrain', 'checkpoint', 'weights'));
    await damageTo['a truncation'](await study.object('finetune', 'finetune', 'finetune.txt'));
    await study.run('finetune');
    expect(study.notices.map((line) => line.split(':')[0])).toEqual(['data', 'pretrain', 'finetune']);
    expect(await study.everything()).toEqual(whole);
  });

  test('with only the stages that are needed, when the whole cache is gone', async () => {
    await rm(study.store.root, { recursive: true });
    study.code['evaluate'] = 'new';
    await study.run('evaluate');
    expect(new Set(study.ran)).toEqual(new Set(['data', 'pretrain', 'finetune', 'evaluate']));
    study.forget();
    await rm(study.store.root, { recursive: true });
    study.code['pretrain'] = 'new';
    await study.run('pretrain');
    expect(new Set(study.ran)).toEqual(new Set(['data', 'pretrain']));
  });

  test('only when a stage reads it', async () => {
    await damageTo['a missing file'](await study.object('data', 'data', 'data.txt'));
    await study.run('evaluate');
    await forgetResult('evaluate');
    await study.run('evaluate');
    expect(study.ran).toEqual(['evaluate']);
  });

  test('and refused when it differs', async () => {
    await damageTo['a flipped byte'](await study.object('pretrain', 'checkpoint', 'weights'));
    await forgetResult('finetune');
    study.noise['pretrain'] = 'of another kind';
    const run = study.run('finetune');
    await expect(run).rejects.toThrow(NotReproducibleError);
    await expect(run).rejects.toThrow(
      /stage "pretrain": .* pretrain, checkpoint, facts differ .*cell:small --again pretrain/,
    );
    expect(existsSync(path.join(study.results, 'stages/finetune'))).toBe(false);
    await study.run('pretrain'); // as the message says
    await study.run('finetune');
  });

  test('unless the code has changed, which the message says', async () => {
    await damageTo['a flipped byte'](await study.object('pretrain', 'checkpoint', 'weights'));
    await forgetResult('finetune');
    study.code['pretrain'] = 'new';
    await expect(study.run('finetune')).rejects.toThrow(StaleInputError);
    await expect(study.run('finetune')).rejects.toThrow(
      'stage "pretrain": a damaged output cannot be recomputed, because the code',
    );
  });
});

describe('the user’s own file', () => {
  test('that changed is never taken for the earlier version, also in another clone', async () => {
    await writeFile(study.userFile, 'c1,c3');
    for (const clone of [study, study.clone()]) expect((await clone.run('data')).outputs).not.toEqual(whole);
    const text = await readFile(await study.object('data', 'data', 'data.txt'), 'utf8');
    expect(text).toBe('data||c1,c3');
  });

  test('is named when it changed and the cells made from it are damaged', async () => {
    await damageTo['a flipped byte'](await study.object('data', 'data', 'data.txt'));
    await damageTo['a flipped byte'](study.userFile);
    await forgetResult('pretrain');
    await expect(study.run('pretrain')).rejects.toThrow(
      /stage "data".*because counts\.csv changed.*cell:small --again data/,
    );
  });
});

describe('a forged record with a correct checksum', () => {
  const digest = 'a'.repeat(64);
  test.each<[string, unknown]>([
    ['a digest that is a path outside the cache', { stray: { digest: '../../victim', bytes: 1, files: {} } }],
    ['a digest that is a number', { stray: { digest: 5, bytes: 1, files: {} } }],
    ['an output outside the results', { 'published/../../x.json': { digest, bytes: 1, files: { x: digest } } }],
    ['an absolute output', { '/x': { digest, bytes: 1, files: {} } }],
    ['a file outside its output', { stray: { digest, bytes: 1, files: { '../x': digest } } }],
    ['files that are not an object', { stray: { digest, bytes: 1, files: 7 } }],
    ['outputs that are a list', [1, 2, 3]],
    ['outputs that are null', null],
  ])('is refused: %s', async (_what, outputs) => {
    const victim = path.join(study.folder, 'victim');
    await mkdir(victim);
    await writeFile(path.join(victim, 'thesis.txt'), 'mine');
    const file = await study.record('pretrain');
    const { check: _old, ...manifest } = JSON.parse(await readFile(file, 'utf8')) as Manifest;
    await rm(file);
    await writeFile(file, formatManifest(sealManifest({ ...manifest, outputs: outputs as Manifest['outputs'] })));
    await rm(path.join(study.results, 'stages', 'pretrain'), { recursive: true });
    await study.run('pretrain');
    expect(study.ran).toEqual(['pretrain']);
    expect(await readFile(path.join(victim, 'thesis.txt'), 'utf8')).toBe('mine');
    expect((await study.manifest('pretrain')).outputs).toEqual(manifest.outputs);
  });
});

test('a pipe in place of a record, a digest memo or a published manifest is replaced', async () => {
  const { outputs } = await study.manifest('pretrain');
  const record = await study.record('pretrain');
  const checked = path.join(path.dirname(path.dirname(record)), 'checked');
  await mkdir(checked, { recursive: true });
  for (const file of [
    record,
    ...Object.values(outputs).map(({ digest }) => path.join(checked, `${digest}.json`)),
    path.join(study.results, 'stages', 'pretrain', 'manifest.json'),
  ]) {
    await rm(file, { force: true });
    execFileSync('mkfifo', [file]);
  }
  await study.run('pretrain');
  expect((await study.manifest('pretrain')).outputs).toEqual(outputs);
}, 20_000);

describe('a file of the cache', () => {
  test('is read-only', async () => {
    const { mode } = await stat(await study.object('pretrain', 'checkpoint', 'weights'));
    expect(mode & 0o777).toBe(0o444);
  });

  test('that does not belong there is removed', async () => {
    await writeFile(await study.object('pretrain', 'checkpoint', 'pytorch_model.bin'), 'other weights');
    await study.run('pretrain');
    expect(study.ran).toEqual([]);
    expect(study.notices).toEqual([
      'pretrain: checkpoint/pytorch_model.bin in the cache is not part of the output; removed',
    ]);
    expect(await study.everything()).toEqual(whole);
  });

  test('that was damaged without a change of size or time is detected', async () => {
    const file = await study.object('pretrain', 'checkpoint', 'weights');
    const settled = new Date(Date.now() - 60_000);
    await utimes(file, settled, settled);
    await study.run('pretrain');
    await damageTo['a flipped byte'](file);
    await utimes(file, settled, settled);
    await study.run('pretrain');
    expect(study.ran).toEqual(['pretrain']);
  });

  test('is intact after its stage ran, even if it was damaged before', async () => {
    const file = await study.object('pretrain', 'checkpoint', 'weights');
    await damageTo['a flipped byte'](file);
    await forgetResult('pretrain');
    await study.run('pretrain');
    expect(await readFile(file, 'utf8')).toBe(whole[file]);
  });

  test('is intact for two clones that recompute it at the same time', async () => {
    await damageTo['a flipped byte'](await study.object('pretrain', 'checkpoint', 'weights'));
    await damageTo['a missing file'](await study.object('pretrain', 'checkpoint', 'below/config'));
    const other = study.clone();
    for (const name of ['data', 'finetune']) await other.run(name).catch(() => undefined);
    await forgetResult('finetune');
    const [mine, theirs] = await Promise.all([study.run('finetune'), other.run('finetune')]);
    expect(theirs.outputs).toEqual(mine.outputs);
    expect(await study.everything()).toMatchObject(
      Object.fromEntries(Object.entries(whole).filter(([name]) => name.startsWith(study.store.root))),
    );
  });
});

describe('the scratch folder of a killed run', () => {
  test('is not part of an output', async () => {
    const { key } = await study.manifest('pretrain');
    await forgetResult('pretrain');
    const left = path.join(study.store.workDirectory(key), 'checkpoint');
    await mkdir(left, { recursive: true });
    await writeFile(path.join(left, '.weights.tmp'), 'half');
    await study.run('pretrain');
    expect(Object.keys(await study.everything())).toEqual(Object.keys(whole));
  });

  test('that is damaged is deleted, and the stage starts from the beginning', async () => {
    const { key, outputs } = await study.manifest('pretrain');
    await forgetResult('pretrain');
    const resume = path.join(study.store.workDirectory(key), 'resume');
    await mkdir(resume, { recursive: true });
    const request = study.request('pretrain');
    const resuming: Work = async (context) => {
      if (existsSync(resume)) throw new ResumeDamagedError(resume, 'optimizer.safetensors');
      return (await request.work())(context);
    };
    expect((await runStage({ ...request, work: () => Promise.resolve(resuming) })).outputs).toEqual(outputs);
    expect(study.notices).toEqual([
      expect.stringMatching(
        /^pretrain: the checkpoint of a killed run cannot be resumed \(.*optimizer.*\); started from the beginning$/,
      ),
    ]);
  });

  test('is kept when the stage fails for another reason', async () => {
    const { key } = await study.manifest('pretrain');
    await forgetResult('pretrain');
    const resume = path.join(study.store.workDirectory(key), 'resume');
    await mkdir(resume, { recursive: true });
    const failing: Work = () => Promise.reject(new Error('disk full'));
    await expect(runStage({ ...study.request('pretrain'), work: () => Promise.resolve(failing) })).rejects.toThrow(
      'disk full',
    );
    expect(existsSync(resume)).toBe(true);
  });
});
