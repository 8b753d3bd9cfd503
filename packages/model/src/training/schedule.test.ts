import { describe, expect, test } from '@jest/globals';
import { learningRateAt, type SchedulerType } from './schedule.js';

const run = { peak: 1e-3, warmupSteps: 4, totalSteps: 20 };
const rates = (type: SchedulerType) => [0, 2, 4, 12, 19, 20, 25].map((step) => learningRateAt(type, step, run));
const close = (found: number[], wanted: number[]) =>
  found.forEach((rate, i) => expect(rate).toBeCloseTo(wanted[i], 12));

// Expected values: the formulas of transformers with peak 1e-3 and 4 warm-up steps of 20.
describe('learning rate', () => {
  test('linear rises during the warm-up and decreases to 0', () => {
    close(rates('linear'), [0, 5e-4, 1e-3, 5e-4, 6.25e-5, 0, 0]);
  });

  test('cosine decreases along half a wave', () => {
    close(rates('cosine'), [0, 5e-4, 1e-3, 5e-4, 9.60735979838e-6, 0, 0]);
  });

  test('polynomial decreases to 1e-7', () => {
    close(rates('polynomial'), [0, 5e-4, 1e-3, 5.0005e-4, 6.259375e-5, 1e-7, 1e-7]);
  });

  test('constant with warm-up stays at the peak', () => {
    close(rates('constant_with_warmup'), [0, 5e-4, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3]);
  });

  test('constant has no warm-up', () => {
    close(rates('constant'), new Array<number>(7).fill(1e-3));
  });

  test('without warm-up the first update has the peak rate', () => {
    expect(learningRateAt('linear', 0, { ...run, warmupSteps: 0 })).toBe(1e-3);
  });
});
