import { describe, expect, test } from '@jest/globals';
import { differences, digestOfMetrics } from './identity.mjs';

describe('the identity check', () => {
  test('does not compare seconds or the machine, and compares everything else', () => {
    const metrics = { models: [{ name: 'a', accuracy: 0.9, seconds: { train: 1 } }], environment: { cpu: 'x' } };
    const rerun = { models: [{ name: 'a', accuracy: 0.9, seconds: { train: 2 } }], environment: { cpu: 'y' } };
    const other = { models: [{ name: 'a', accuracy: 0.91, seconds: { train: 1 } }], environment: { cpu: 'x' } };
    expect(digestOfMetrics(rerun)).toBe(digestOfMetrics(metrics));
    expect(digestOfMetrics(other)).not.toBe(digestOfMetrics(metrics));
  });

  test('names what differs, what is missing and what is new, and skips runs that were not made', () => {
    const recorded = { 'cell/embedded': { a: '1', b: '2', c: '3' }, 'gene/real': { a: '1' } };
    const found = { 'cell/embedded': { a: '1', b: '9', d: '4' } };
    expect(differences(recorded, found)).toEqual([
      'cell/embedded: b differs',
      'cell/embedded: c is missing',
      'cell/embedded: d is new',
    ]);
    expect(differences(recorded, { 'cell/embedded': recorded['cell/embedded'] })).toEqual([]);
  });
});
