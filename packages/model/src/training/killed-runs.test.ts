import { namedRandom } from '@geneformer-ts/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProgram } from '../testing/bundle.js';

/** Number of kills: a few in every test run, 20 with `nx run model:kills`. */
const killPoints = Number(process.env['GENEFORMER_KILL_POINTS'] ?? 3);

interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The lines that the program printed. */
  output: {
    step?: number;
    weights?: string;
    record?: object;
    resumedFrom?: number | null;
    tag?: string;
    message?: string;
  }[];
  milliseconds: number;
}

let folder: string;
let program: string;
let whole: Finished;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geneformer-killed-'));
  program = join(folder, 'program.mjs');
  await bundleProgram('./training-program.ts', program);
  whole = await run(join(folder, 'whole'));
});

/** Runs the program, with a signal after a time or at an update, or with a limit of the file size in KiB. */
function run(
  directory: string,
  {
    killAfter,
    at,
    signal = 'SIGKILL',
    fileLimit,
    objective = 'finetune',
  }: Partial<{ killAfter: number; at: number; signal: NodeJS.Signals; fileLimit: number; objective: string }> = {},
): Promise<Finished> {
  const node = [process.execPath, program, directory, objective];
  const limited = ['bash', '-c', `ulimit -f ${fileLimit}; exec "$@"`, 'bash', ...node];
  const [command, ...words] = fileLimit === undefined ? node : limited;
  const started = performance.now();
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (at !== undefined && !child.killed && text.includes(`{"step":${at}}`)) child.kill(signal);
  });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill(signal), killAfter);
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code, endedBy) => {
      clearTimeout(timer);
      const lines = text.split('\n').slice(0, -1);
      const output = lines.map((line) => JSON.parse(line) as Finished['output'][number]);
      resolve({ code, signal: endedBy, output, milliseconds: performance.now() - started });
    });
  });
}

const outcome = ({ output }: Finished) => {
  const { weights, record } = output.at(-1) ?? {};
  return { weights, record };
};

describe('a training process', () => {
  test('ends with identical bits every time', async () => {
    expect(whole.code).toBe(0);
    expect(outcome(await run(join(folder, 'again')))).toEqual(outcome(whole));
  });

  test(
    `killed at ${killPoints} random moments and restarted ends with the bits of an uninterrupted one`,
    async () => {
      const random = namedRandom(20);
      let resumed = 0;
      for (let point = 0; point < killPoints; point++) {
        const directory = join(folder, `killed-${point}`);
        const first = await run(directory, { killAfter: whole.milliseconds * (0.2 + 0.8 * random()) });
        const second = await run(directory);
        expect(second.code).toBe(0);
        expect(outcome(second)).toEqual(outcome(whole));
        if (first.signal === 'SIGKILL' && second.output.at(-1)?.resumedFrom) resumed++;
      }
      // Kill times are random and the machine may be busy, but at least one kill must interrupt the run.
      expect(resumed).toBeGreaterThan(0);
    },
    60_000 + killPoints * 30_000,
  );

  test('of contrastive pretraining that is killed and restarted ends with the bits of an uninterrupted one', async () => {
    const objective = 'contrast';
    const uninterrupted = await run(join(folder, 'pairs'), { objective });
    expect(uninterrupted.code).toBe(0);
    const directory = join(folder, 'killed-pairs');
    expect((await run(directory, { objective, at: 7 })).signal).toBe('SIGKILL');
    const resumed = await run(directory, { objective });
    expect(outcome(resumed)).toEqual(outcome(uninterrupted));
    expect(resumed.output.at(-1)?.resumedFrom).toBeGreaterThanOrEqual(6);
  });

  test('that is interrupted saves its state, exits properly, and resumes to identical bits', async () => {
    const directory = join(folder, 'interrupted');
    const stopped = await run(directory, { at: 5, signal: 'SIGINT' });
    expect(stopped.code).toBe(130);
    expect(stopped.output.at(-1)).toMatchObject({ tag: 'TrainingAbortedError' });
    expect(await readdir(directory)).toEqual([expect.stringMatching(/^checkpoint-\d+$/)]);
    expect(outcome(await run(directory))).toEqual(outcome(whole));
  });

  test('that cannot save fails, keeps the last complete checkpoint, and resumes from it once it can save', async () => {
    const directory = join(folder, 'full');
    await run(directory, { at: 5 });
    // Files above 100 KiB cannot be written: the weights alone are 0.8 MB.
    const full = await run(directory, { fileLimit: 100 });
    expect(full.code).toBe(1);
    const error = full.output.at(-1);
    expect(error?.tag).toBe('CheckpointSaveError');
    expect(error?.message).toMatch(/^step \d+ cannot be saved in .*: .*the last good checkpoint is .*checkpoint-\d+/);
    expect(await readdir(directory)).toEqual([expect.stringMatching(/^checkpoint-\d+$/)]);
    expect(outcome(await run(directory))).toEqual(outcome(whole));
  });
});
