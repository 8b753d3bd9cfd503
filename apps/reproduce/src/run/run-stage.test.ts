import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InterruptedError, LockLostError } from '../errors.js';
import { runStage, type StageRequest } from './run-stage.js';
import type { Work } from './stage.js';
import { Store } from './store.js';

let folder: string;
let runs: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stage-'));
  runs = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes a parameter to a file, and counts its runs. */
const writer =
  (params: unknown): Work =>
  async ({ scratch }) => {
    runs++;
    const file = path.join(scratch, 'text.txt');
    await writeFile(file, String(params));
    return { outputs: { text: file }, facts: { length: String(params).length }, timing: { write: Math.random() } };
  };

interface Changes extends Partial<Omit<StageRequest, 'work'>> {
  name?: string;
  work?: Work;
}

function request({ name = 'data', params = 'hello', work = writer(params), ...rest }: Changes = {}): StageRequest {
  return {
    identity: { experiment: 'cell', profile: 'embedded', name },
    work: () => Promise.resolve(work),
    params,
    inputs: [],
    code: 'c0de',
    backend: 'cpu',
    upstream: () => Promise.resolve(request()),
    resultsDirectory: path.join(folder, 'results'),
    store: new Store(path.join(folder, 'store')),
    notice: () => undefined,
    ...rest,
  };
}

describe('runStage', () => {
  test('keeps the output under its digest and names it in the manifest', async () => {
    const manifest = await runStage(request());
    const store = new Store(path.join(folder, 'store'));
    const digest = manifest.outputs['text'].digest;
    expect(await readFile(path.join(store.path(digest), 'text.txt'), 'utf8')).toBe('hello');
    const left = JSON.parse(await readFile(path.join(folder, 'results/stages/data/manifest.json'), 'utf8'));
    expect(left).toEqual(manifest);
  });

  test('does nothing the second time', async () => {
    const first = await runStage(request());
    expect(await runStage(request())).toEqual(first);
    expect(runs).toBe(1);
  });

  test.each([
    ['parameters', { params: 'other' }],
    ['code', { code: 'c0de2' }],
    ['backend', { backend: 'wasm' }],
  ])('runs again when its %s change', async (_what, changes) => {
    await runStage(request());
    await runStage(request(changes));
    expect(runs).toBe(2);
  });

  test('runs again when its input changed, but not when the input was only recomputed', async () => {
    await runStage(request());
    await runStage(request({ name: 'split', inputs: ['data'] }));
    expect(runs).toBe(2);
    await runStage(request({ again: true })); // the same text, with other timing
    await runStage(request({ name: 'split', inputs: ['data'] }));
    expect(runs).toBe(3);
    await runStage(request({ params: 'changed' }));
    await runStage(request({ name: 'split', inputs: ['data'] }));
    expect(runs).toBe(5);
  });

  test('leaves nothing under its final name when it fails, and keeps its scratch folder to resume from', async () => {
    let attempt = 0;
    const flaky: Work = async ({ scratch }) => {
      const checkpoint = path.join(scratch, 'resume');
      if (attempt++ === 0) {
        await writeFile(checkpoint, 'half');
        await writeFile(path.join(scratch, 'text.txt.tmp'), 'no output');
        throw new Error('power cut');
      }
      const file = path.join(scratch, 'text.txt');
      await writeFile(file, (await readFile(checkpoint, 'utf8')) + ' and half');
      expect(await readdir(scratch)).not.toContain('text.txt.tmp');
      return { outputs: { text: file } };
    };
    await expect(runStage(request({ work: flaky }))).rejects.toThrow('power cut');
    expect(existsSync(path.join(folder, 'results/stages/data'))).toBe(false);
    const manifest = await runStage(request({ work: flaky }));
    const store = new Store(path.join(folder, 'store'));
    expect(await readFile(path.join(store.path(manifest.outputs['text'].digest), 'text.txt'), 'utf8')).toBe(
      'half and half',
    );
    expect(existsSync(store.workDirectory(manifest.key))).toBe(false);
  });

  test('publishes files and folders in the results', async () => {
    const publisher: Work = async ({ scratch }) => {
      await mkdir(path.join(scratch, 'figures'));
      await writeFile(path.join(scratch, 'figures/a.svg'), '<svg/>');
      await writeFile(path.join(scratch, 'm.json'), '{}');
      const metrics = path.join(scratch, 'm.json');
      return { outputs: { 'published/figures': path.join(scratch, 'figures'), 'published/metrics.json': metrics } };
    };
    await runStage(request({ work: publisher }));
    expect(await readFile(path.join(folder, 'results/figures/a.svg'), 'utf8')).toBe('<svg/>');
    expect(await readFile(path.join(folder, 'results/metrics.json'), 'utf8')).toBe('{}');
  });

  test('waits for another run of the same stage and uses its result', async () => {
    const both = await Promise.all([
      runStage(request()),
      runStage(request({ resultsDirectory: path.join(folder, 'b') })),
    ]);
    expect(runs).toBe(1);
    expect(both[1]).toEqual(both[0]);
    expect(existsSync(path.join(folder, 'b/stages/data/manifest.json'))).toBe(true);
    expect(await readdir(path.join(folder, 'store/work'))).toEqual([]);
  });

  test('publishes nothing after another process has taken its lock over', async () => {
    const robbed: Work = async (context) => {
      const work = path.join(folder, 'store/work');
      const [lock = ''] = (await readdir(work)).filter((name) => name.endsWith('.lock'));
      const text = await readFile(path.join(work, lock), 'utf8');
      await writeFile(path.join(work, lock), text.replace(/"token":"[^"]*"/, '"token":"of another"'));
      return writer('hello')(context);
    };
    await expect(runStage(request({ work: robbed }))).rejects.toThrow(LockLostError);
    expect(existsSync(path.join(folder, 'store/stages'))).toBe(false);
    expect(existsSync(path.join(folder, 'results'))).toBe(false);
  });

  test('fails with the InterruptedError of the signal, whatever error the stage throws', async () => {
    const controller = new AbortController();
    const stopped: Work = ({ signal }) => {
      controller.abort(new InterruptedError('data', 'SIGTERM'));
      return Promise.reject(signal.aborted ? new Error('stopped') : new Error('not told'));
    };
    const run = runStage(request({ work: stopped, signal: controller.signal }));
    await expect(run).rejects.toMatchObject({ tag: 'InterruptedError', exitCode: 143 });
  });
});
