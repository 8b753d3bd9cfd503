import { describe, expect, test } from '@jest/globals';
import { duration, formatProgress, ProgressLine } from './progress.js';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

const event = (done: number) => ({ stage: 'pretrain', done, total: 400, unit: 'steps' });

describe('formatProgress', () => {
  test('shows the progress, the rate and the remaining time', () => {
    expect(formatProgress('pretrain', { ...event(100), detail: 'loss 5.21' }, 25_000)).toBe(
      'pretrain  steps 100/400  25 %  4.0 steps/s  1 min 15 s left  loss 5.21',
    );
  });

  test('omits the remaining time until a hundredth is done', () => {
    expect(formatProgress('pretrain', event(3), 10_000)).not.toContain('left');
    expect(formatProgress('pretrain', event(4), 10_000)).toContain('16 min 30 s left');
  });

  test('omits the remaining time at the end', () => {
    expect(formatProgress('pretrain', event(400), 10_000)).not.toContain('left');
  });

  test.each([
    [3.14, '3.1 s'],
    [59.6, '1 min 0 s'],
    [3725, '1 h 2 min'],
  ])('writes %d seconds as %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('ProgressLine', () => {
  test('redraws one line on a terminal, not wider than the terminal', () => {
    const terminal = recorder(true);
    let now = 0;
    const line = new ProgressLine('pretrain', terminal, () => now);
    for (const done of [0, 10, 20, 30]) {
      line.report({ ...event(done), detail: 'a detail that is much longer than the sixty available columns' });
      now += 1500;
    }
    expect(terminal.written).toHaveLength(3);
    for (const text of terminal.written) {
      expect(text.startsWith('\r\x1b[2K')).toBe(true);
      expect(text.length).toBeLessThan(60 + 5);
    }
  });

  test('prints a plain line every ten seconds elsewhere, and the last one', () => {
    const terminal = recorder(false);
    let now = 0;
    const line = new ProgressLine('pretrain', terminal, () => now);
    for (let done = 0; done <= 400; done += 20) {
      line.report(event(done));
      now += 1000;
    }
    expect(terminal.written).toEqual([expect.stringContaining('50 %'), expect.stringContaining('100 %')]);
    for (const text of terminal.written) expect(text).toMatch(/^[^\r]*\n$/);
  });

  test('prints nothing for work that takes less than a second', () => {
    const terminal = recorder(true);
    let now = 0;
    const line = new ProgressLine('split', terminal, () => now);
    for (const done of [0, 200, 400]) {
      line.report(event(done));
      now += 300;
    }
    line.end();
    expect(terminal.written).toEqual([]);
  });
});
