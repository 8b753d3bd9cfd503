import { describe, expect, test } from '@jest/globals';
import { Board } from './board.js';
import type { Task } from './plan.js';
import { duration, type Terminal } from './terminal.js';

function recorder(isTTY: boolean, hasColor = isTTY) {
  const written: string[] = [];
  const terminal: Terminal = { isTTY, hasColor, columns: 60, write: (text) => written.push(text) };
  return { terminal, written };
}

const task = (name: string, cores: Task['cores'] = 'all'): Task => ({
  experiment: 'cell',
  profile: 'embedded',
  name,
  stage: name.split('-')[0],
  params: {},
  inputs: {},
  files: [],
  cores,
  computes: false,
});
const [data, first, second] = [task('data'), task('finetune-a-0', 'half'), task('finetune-a-1', 'half')];

/** Expects three tasks, of which the last run took 10, 40 and 40 seconds unless told otherwise. */
async function open(terminal: Terminal, now: () => number = () => 0, seconds: (number | undefined)[] = [10, 40, 40]) {
  const board = new Board(terminal, now);
  const tasks = [data, first, second];
  await board.expect(tasks, (one) => Promise.resolve(seconds[tasks.indexOf(one)]));
  return board;
}

describe('on a terminal', () => {
  test('the last line shows the task, its progress and the time left', async () => {
    let now = 0;
    const board = await open(recorder(true).terminal, () => now);
    board.cached(data);
    board.started(first);
    now = 10_000;
    board.progress(first, { stage: 'train', done: 120, total: 400, unit: 'steps', detail: 'loss 5.21' });
    // 30 s of the first and 40 s of the second, which run side by side.
    expect(board.line()).toBe('task 2 of 3  35 s left  finetune-a-0 30 %, steps 120/400, loss 5.21');
  });

  test('no time is shown while nothing tells how long a task takes; a sibling that ran does', async () => {
    const board = await open(recorder(true).terminal, () => 0, [10, undefined, undefined]);
    board.cached(data);
    board.started(first);
    expect(board.line()).toBe('task 2 of 3  finetune-a-0');
    board.ran(first, { seconds: 8 });
    expect(board.line()).toMatch(/^task 3 of 3 {2}4\.0 s left/);
  });

  test('no time is shown for a task that takes longer than the last time', async () => {
    let now = 0;
    const board = await open(recorder(true).terminal, () => now);
    for (const one of [data, first]) board.cached(one);
    board.started(second);
    now = 90_000;
    expect(board.line()).toBe('task 3 of 3  finetune-a-1');
  });

  test('the line is redrawn in place, not wider than the terminal, and removed before a line that stays', async () => {
    const { terminal, written } = recorder(true);
    let now = 0;
    const board = await open(terminal, () => (now += 1000));
    board.started(data);
    const detail = 'a detail that is much longer than the sixty columns that there are';
    board.progress(data, { stage: 'read', done: 1, total: 2, unit: 'cells', detail });
    for (const text of written) {
      expect(text.startsWith('\r\x1b[2K')).toBe(true);
      expect(text.length).toBeLessThan(60 + 5);
    }
    board.ran(data, { seconds: 3.2 });
    const at = written.findIndex((text) => text.includes('✓'));
    expect(written[at - 1]).toBe('\r\x1b[2K');
    expect(written[at].replaceAll('\x1b', 'ESC')).toMatch(/^ESC\[32m✓ESC\[39m data +3\.2 s {2}task 1 of 3\n$/);
  });

  test('colors are left out where the terminal has none', async () => {
    const { terminal, written } = recorder(true, false);
    const board = await open(terminal);
    board.ran(data, { seconds: 3.2 });
    expect(written.join('')).toContain('✓ data');
  });
});

describe('elsewhere', () => {
  test('each task that ran has one line, cached ones are counted, and nothing is redrawn', async () => {
    const { terminal, written } = recorder(false);
    let now = 0;
    const board = await open(terminal, () => now);
    board.cached(data);
    for (const one of [first, second]) {
      board.started(one);
      for (let done = 0; done < 50; done++) board.progress(one, { stage: 'train', done, total: 50, unit: 'steps' });
      board.ran(one, { seconds: 65 });
    }
    now = 130_000;
    board.end();
    expect(written).toEqual([
      expect.stringMatching(/^✓ finetune-a-0 +1 min 5 s {2}task 2 of 3\n$/),
      expect.stringMatching(/^✓ finetune-a-1 +1 min 5 s {2}task 3 of 3\n$/),
      '1 of 3 stages cached, 2 ran in 2 min 10 s\n',
    ]);
  });

  test('a cached run is one line', async () => {
    const { terminal, written } = recorder(false);
    const board = await open(terminal);
    for (const one of [data, first, second]) board.cached(one);
    board.end();
    expect(written).toEqual(['3 of 3 stages cached\n']);
  });

  test('control characters of a notice are escaped', async () => {
    const { terminal, written } = recorder(false);
    (await open(terminal)).notice('data: \x1b[2Jgone');
    expect(written).toEqual(['data: \\u001b[2Jgone\n']);
  });
});

test.each([
  [3.14, '3.1 s'],
  [59.6, '1 min 0 s'],
  [3725, '1 h 2 min'],
])('%d seconds are written as %s', (seconds, text) => expect(duration(seconds)).toBe(text));
