import { describe, expect, test } from '@jest/globals';
import { correctedTTest } from './corrected-t-test.js';
import { deLongInterval, deLongTest } from './delong.js';
import { normalTwoSided, studentTwoSided } from './distributions.js';
import { mcNemarTest } from './mcnemar.js';
import { benjaminiHochberg, holm } from './multiple-testing.js';
import { golden } from './testing/golden.js';
import { wilcoxonTest } from './wilcoxon.js';

const { tests, binary } = golden;
const truth = Int32Array.from(binary.truth);
const first = Float64Array.from(binary.score);
const second = Float64Array.from(tests.second);

/** Equal to ten digits, however small. */
const tenDigits = { rtol: 1e-10 };

describe('tails of distributions equal scipy', () => {
  test.each(tests.normal)('normal, z = %d', (z, p) => {
    expect(normalTwoSided(z)).toBeAllClose(p, tenDigits);
  });
  test.each(tests.student)('Student, t = %d, %d degrees of freedom', (t, df, p) => {
    expect(studentTwoSided(t, df)).toBeAllClose(p, tenDigits);
  });
});

describe('deLongTest', () => {
  test('equals the formulas evaluated over all pairs', () => {
    const result = deLongTest(truth, first, second);
    expect(result.areas).toBeAllClose(tests.deLong.areas, tenDigits);
    expect(result.standardError).toBeAllClose(tests.deLong.standardError, tenDigits);
    expect(result.pValue).toBeAllClose(tests.deLong.pValue, tenDigits);
    expect(deLongInterval(truth, first)).toBeAllClose(tests.deLong.interval, { rtol: 0, atol: 1e-13 });
  });

  test('models with the same ranking do not differ', () => {
    const bent = first.map((score) => score ** 3);
    expect(deLongTest(truth, first, bent)).toMatchObject({ difference: 0, z: 0, pValue: 1 });
  });

  test('is certain for a perfect model and one that is always wrong', () => {
    const opposed = deLongTest(Int32Array.of(0, 0, 1, 1), Float64Array.of(1, 2, 3, 4), Float64Array.of(4, 3, 2, 1));
    expect(opposed).toMatchObject({ difference: 1, standardError: 0, pValue: 0 });
  });

  test('needs two rows per class, and a score per row', () => {
    expect(() => deLongTest(truth, first, second.with(3, NaN))).toThrow('score of row 3: NaN is not valid');
    const two = Int32Array.of(1, 0, 0);
    expect(() => deLongTest(two, first.slice(0, 3), second.slice(0, 3))).toThrow('DeLong: fewer than 2 positive rows');
  });
});

describe('mcNemarTest', () => {
  test.each(tests.mcNemar)('%d and %d rows', (onlyFirst, onlySecond, p) => {
    const right = new Int32Array(onlyFirst + onlySecond + 5);
    const one = right.map((_, row) => (row >= onlyFirst && row < onlyFirst + onlySecond ? 1 : 0));
    const other = right.map((_, row) => (row < onlyFirst ? 1 : 0));
    const result = mcNemarTest(right, one, other);
    expect(result).toMatchObject({ onlyFirst, onlySecond });
    expect(result.pValue).toBeCloseTo(p, 10);
  });
});

describe('correctedTTest', () => {
  test('equals the formula of Nadeau and Bengio with scipy’s t', () => {
    const result = correctedTTest(tests.foldDifferences, 90, 10);
    expect(result.t).toBeAllClose(tests.corrected[0], tenDigits);
    expect(result.pValue).toBeAllClose(tests.corrected[1], tenDigits);
  });

  test('p is 1 without a difference in any fold', () => {
    expect(correctedTTest([0, 0, 0], 80, 20)).toMatchObject({ t: 0, pValue: 1 });
    expect(() => correctedTTest([0.1], 80, 20)).toThrow('differences: 1 fold is too few; give the scores of');
    expect(() => correctedTTest([0.1, NaN], 80, 20)).toThrow('differences: NaN is not valid; use numbers only');
  });
});

describe('wilcoxonTest equals scipy', () => {
  test.each(tests.wilcoxon)('case %#', (differences, statistic, p) => {
    const result = wilcoxonTest(differences);
    expect(result.statistic).toBe(statistic);
    expect(result.pValue).toBeAllClose(p, tenDigits);
  });

  test.each(tests.wilcoxonTies)('and is exact for few tied differences, case %#', (differences, p) => {
    expect(wilcoxonTest(differences)).toMatchObject({ method: 'exact' });
    expect(wilcoxonTest(differences).pValue).toBeAllClose(p, tenDigits);
  });

  test('and throws when all differences are 0', () => {
    expect(() => wilcoxonTest([0, 0])).toThrow('wilcoxonTest: every difference is 0');
  });
});

describe('adjusted p-values', () => {
  // The fifteen p-values of Benjamini and Hochberg (1995), section 3.2.
  const published = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];

  test('Benjamini and Hochberg reject the four tests of their paper', () => {
    expect(benjaminiHochberg(published).filter((p) => p <= 0.05)).toHaveLength(4);
    expect(benjaminiHochberg(published)[3]).toBeCloseTo((0.0095 * 15) / 4, 12);
  });

  test('Holm rejects three of them', () => {
    expect(holm(published).filter((p) => p <= 0.05)).toHaveLength(3);
    expect([...holm([0.01, 0.04, 0.03, 0.005])].map((p) => +p.toFixed(6))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  test('keep their order and are probabilities', () => {
    const shuffled = [0.8, 0.001, 0.9, 0.02];
    for (const adjust of [holm, benjaminiHochberg]) {
      const adjusted = adjust(shuffled);
      expect(adjusted.indexOf(Math.min(...adjusted))).toBe(1);
      expect(Math.max(...adjusted)).toBeLessThanOrEqual(1);
    }
    expect(() => holm([0.1, 1.2])).toThrow('pValues[1]: 1.2 is not valid; use a probability from 0 to 1');
  });
});
