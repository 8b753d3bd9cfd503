import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Board } from './board.js';
import type { Task } from './plan.js';
import { runTasks, type RunOptions } from './runner.js';
import { FakeStudy } from './testing/fake-study.js';

let fake: FakeStudy;
let printed: string[];
beforeEach(async () => {
  fake = await FakeStudy.create();
  printed = [];
});
afterEach(() => fake.remove());

/** Runs the four stages of the fake study, or other tasks. */
async function run(changes: Partial<RunOptions> = {}) {
  fake.forget();
  printed.length = 0;
  const board = new Board({ write: (text) => printed.push(text) });
  const made = await runTasks({
    study: {
      store: fake.store,
      results: () => fake.results,
      request: (task) => Promise.resolve(fake.request(task.name)),
    },
    tasks: fake.tasks(),
    board,
    signal: new AbortController().signal,
    start: async ({ name }) => void (await fake.run(name)),
    ...changes,
  });
  board.end();
  return made;
}

describe('runTasks', () => {
  test('runs every stage once, and none the second time', async () => {
    const first = await run();
    expect(fake.ran).toEqual(['data', 'pretrain', 'finetune', 'evaluate']);
    expect(printed.at(-1)).toMatch(/^0 of 4 stages cached, 4 ran in .* s\n$/);
    const second = await run();
    expect(fake.ran).toEqual([]);
    expect(printed).toEqual(['4 of 4 stages cached\n']);
    expect([...second.values()]).toEqual([...first.values()]);
  });

  test('runs only the stage whose code changed, and what reads another output', async () => {
    await run();
    fake.code['finetune'] = 'new';
    await run();
    expect(fake.ran).toEqual(['finetune']); // its output stayed the same
    fake.code['finetune'] = 'newer';
    fake.noise['finetune'] = 'other';
    await run();
    expect(fake.ran).toEqual(['finetune', 'evaluate']);
  });

  test('computes a stage again when asked to', async () => {
    await run();
    const again = (task: Task) => task.name === 'pretrain';
    const start: RunOptions['start'] = async ({ name }) => {
      const { runStage } = await import('./run-stage.js');
      await runStage({ ...fake.request(name), again: name === 'pretrain' });
    };
    await run({ isComputed: again, start });
    expect(fake.ran).toEqual(['pretrain']);
  });

  test('rewrites a published file that differs, says so, and runs nothing', async () => {
    await run();
    await writeFile(path.join(fake.results, 'metrics.json'), 'edited');
    await run();
    expect(fake.ran).toEqual([]);
    expect(printed).toEqual([
      'evaluate: metrics.json in the results differed from the output of the stage; rewritten\n',
      '4 of 4 stages cached\n',
    ]);
  });

  test('restores deleted results from the cache and runs nothing', async () => {
    await run();
    const whole = await fake.everything();
    await rm(fake.results, { recursive: true });
    await run();
    expect(fake.ran).toEqual([]);
    expect(await fake.everything()).toEqual(whole);
  });
});

describe('cores', () => {
  const task = (name: string, cores: Task['cores'], reads: string[] = []): Task => ({
    ...fake.tasks()[0],
    name,
    cores,
    inputs: { reads },
  });

  /** Runs tasks that only wait; returns the names of those that ran at the same time, per start. */
  async function together(tasks: Task[]): Promise<string[]> {
    const running = new Set<string>();
    const seen: string[] = [];
    const start: RunOptions['start'] = async ({ name }) => {
      running.add(name);
      await sleep(20);
      seen.push([...running].join(' '));
      await fake.run(name);
      running.delete(name);
    };
    await run({ tasks, start });
    return seen;
  }

  test('of two tasks are shared by halves, and a task that needs all runs alone', async () => {
    const tasks = [task('data', 'half'), task('a', 'half'), task('b', 'all'), task('c', 'half', ['data'])];
    for (const at of await together(tasks)) {
      expect(at.split(' ').length).toBeLessThanOrEqual(2);
      if (at.includes('b')) expect(at).toBe('b');
    }
  });

  test('go first to the task that most others wait for', async () => {
    const tasks = [task('a', 'all'), task('b', 'all'), task('c', 'half', ['b']), task('d', 'half', ['c'])];
    await together(tasks);
    expect(fake.ran).toEqual(['b', 'c', 'a', 'd']);
  });

  test('are used by two halves at a time', async () => {
    expect(await together([task('a', 'half'), task('b', 'half')])).toContain('a b');
  });
});

describe('a task that fails', () => {
  test('ends the run with its error; nothing new starts, and running tasks are told to save their work', async () => {
    let isTold = false;
    const started: string[] = [];
    const start: RunOptions['start'] = async ({ name }, signal) => {
      started.push(name);
      if (name === 'a') throw new Error('a failed');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      isTold = true;
      throw new Error('ended');
    };
    const [data] = fake.tasks();
    const tasks = ['a', 'b', 'c'].map((name): Task => ({ ...data, name, cores: 'half' }));
    await expect(run({ tasks, start })).rejects.toThrow('a failed');
    expect(started).toEqual(['a', 'b']);
    expect(isTold).toBe(true);
  });

  test('a signal ends the run with its reason', async () => {
    const controller = new AbortController();
    const start: RunOptions['start'] = (_task, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('saved')));
        controller.abort(new Error('SIGINT'));
      });
    await expect(run({ signal: controller.signal, start })).rejects.toThrow(/SIGINT|saved/);
  });
});
