import { describe, expect, test } from '@jest/globals';
import { summary } from './summary.mjs';

const rounds = (rss, changes = {}) =>
  Array.from({ length: 40 }, (_, i) => ({
    rss: rss(i) * 2 ** 20,
    digest: 'a',
    file: 'b',
    code: 0,
    killed: i % 2 === 0,
    isPartial: false,
    minutes: i + 1,
    ...(i === 20 ? changes : {}),
  }));

describe('the summary of a soak', () => {
  test('passes with flat memory, and ignores the first rounds', () => {
    const { text, passed } = summary(rounds((i) => (i < 3 ? 100 : 300 + (i % 5))));
    expect(text).toBe(
      '40 rounds in 40.0 minutes, 20 kills; memory 302 MB in the first third and 303 MB in the last (0.3 %): passed',
    );
    expect(passed).toBe(true);
  });

  test.each([
    ['memory grows', rounds((i) => 300 + 3 * i)],
    ['rounds differ in their vectors or labels', rounds(() => 300, { digest: 'c' })],
    ['repeated embeddings differ', rounds(() => 300, { file: 'c' })],
    ['a repeated embedding failed', rounds(() => 300, { code: 1 })],
    ['a killed embedding left a partial file', rounds(() => 300, { isPartial: true })],
  ])('fails when %s', (problem, given) => {
    const { text, passed } = summary(given);
    expect(text).toContain(problem);
    expect(passed).toBe(false);
  });

  test('fails when there are too few rounds to tell', () => {
    expect(summary(rounds(() => 300).slice(0, 6)).passed).toBe(false);
  });
});
