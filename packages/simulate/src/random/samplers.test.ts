import { Xoshiro128 } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { beta, gamma } from './gamma.js';
import { logFactorial } from './log-factorial.js';
import { negativeBinomial } from './negative-binomial.js';
import { poisson } from './poisson.js';

interface Golden {
  logFactorial: [number, number][];
  samplers: {
    distribution: string;
    parameters: number[];
    mean: number;
    variance: number;
    points: number[];
    cdf: number[];
  }[];
}
const golden = JSON.parse(readFileSync(new URL('../../fixtures/random.json', import.meta.url), 'utf8')) as Golden;

const samplers: Record<string, (random: Xoshiro128, ...parameters: number[]) => number> = {
  normal: (random) => random.normal(),
  gamma: (random, shape = NaN) => gamma(random, shape),
  beta: (random, a = NaN, b = NaN) => beta(random, a, b),
  poisson: (random, mean = NaN) => poisson(random, mean),
  negativeBinomial: (random, mean = NaN, size = NaN) => negativeBinomial(random, mean, size),
};
const DRAWS = 60_000;

describe.each(golden.samplers)(
  '$distribution $parameters',
  ({ distribution, parameters, mean, variance, points, cdf }) => {
    const random = new Xoshiro128(20, parameters.length);
    const draws = Float64Array.from({ length: DRAWS }, () => samplers[distribution](random, ...parameters)).sort();

    test('follows the distribution function of scipy (Kolmogorov–Smirnov, 0.1 %)', () => {
      const worst = points.map((point, i) => {
        // Points are rounded to twelve digits, so a draw equal to a point counts as below it.
        const share = draws.findLastIndex((x) => x <= point * (1 + 1e-11)) + 1;
        return Math.abs(share / DRAWS - cdf[i]);
      });
      expect(Math.max(...worst)).toBeLessThan(1.95 / Math.sqrt(DRAWS));
    });

    test('has the right mean within five standard errors', () => {
      const sampleMean = draws.reduce((sum, x) => sum + x, 0) / DRAWS;
      expect(Math.abs(sampleMean - mean)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
    });

    test('has the right variance within 10%', () => {
      const sampleMean = draws.reduce((sum, x) => sum + x, 0) / DRAWS;
      const sampleVariance = draws.reduce((sum, x) => sum + (x - sampleMean) ** 2, 0) / (DRAWS - 1);
      expect(Math.abs(sampleVariance / variance - 1)).toBeLessThan(0.1);
    });
  },
);

describe('edges', () => {
  test('a mean of zero always gives zero', () => {
    const random = new Xoshiro128(1);
    for (let i = 0; i < 100; i++) {
      expect(poisson(random, 0)).toBe(0);
      expect(negativeBinomial(random, 0, 2)).toBe(0);
    }
  });

  test.each(golden.logFactorial)('ln %d! equals scipy', (k, expected) => {
    expect(logFactorial(k)).toBeAllClose(expected, { rtol: 1e-13 });
  });
});
