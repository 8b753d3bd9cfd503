import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BadValueError, EmptyFigureError, UnknownNameError } from '../errors.js';
import { intervalFigure } from './interval.js';
import type { IntervalSpec } from './interval.js';
import { layoutFaults, textBoxes } from '../testing/text-boxes.js';

const base: IntervalSpec = {
  title: 'Scores',
  caption: 'Made-up numbers.',
  models: ['Geneformer', 'Majority class'],
  groups: [{ name: 'Accuracy' }],
  estimates: [
    { model: 'Geneformer', group: 'Accuracy', mean: 0.9634, interval: [0.95, 0.98] },
    { model: 'Majority class', group: 'Accuracy', mean: 0.5, interval: [0.48, 0.52] },
  ],
};
const texts = (svg: string): string[] => textBoxes(svg).boxes.map((box) => box.text);

describe('an interval figure', () => {
  test('shows each estimate with three decimals, and the name of the intervals', () => {
    const shown = texts(intervalFigure(base));
    expect(shown).toEqual(expect.arrayContaining(['0.963', '0.500', 'measured here, with 95% confidence interval']));
    expect(texts(intervalFigure({ ...base, intervalName: 'range over folds' }))).toContain(
      'measured here, with range over folds',
    );
  });

  test('draws published values separately, with their original digits and source', () => {
    const svg = intervalFigure({
      ...base,
      published: [{ model: 'Geneformer', group: 'Accuracy', value: 0.9633, source: 'a paper' }],
    });
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['0.9633', 'published, on other data, not measured here: a paper']),
    );
    const dot = /<circle cx="[\d.]+" cy="([\d.]+)"/.exec(svg)?.[1];
    const diamond = /translate\([\d.]+ ([\d.]+)\)" fill="#ffffff"/.exec(svg)?.[1];
    expect(Number(diamond)).toBeGreaterThan(Number(dot) + 10);
    expect(texts(intervalFigure(base)).join()).not.toContain('published');
  });

  test('fits dots to the data, but starts bars at zero', () => {
    const ticks = (spec: IntervalSpec): string[] =>
      texts(intervalFigure(spec)).filter((text) => /^\d\.\d{1,2}$/.test(text));
    expect(ticks({ ...base, floors: ['Majority class'] })[0]).toBe('0.95');
    expect(ticks({ ...base, marks: 'bars' })[0]).toBe('0.0');
  });

  test('points to a floor outside the axis, with its value', () => {
    expect(texts(intervalFigure({ ...base, floors: ['Majority class'] }))).toContain('0.500, off this axis');
    expect(texts(intervalFigure(base)).join()).not.toContain('off this axis');
  });

  test('draws more folds than a function call can have arguments', () => {
    const folds = Array.from({ length: 130_000 }, (_, fold) => (fold % 100) / 100);
    const estimates = [{ model: 'Geneformer', group: 'Accuracy', mean: 0.5, folds }];
    expect(() => intervalFigure({ ...base, estimates })).not.toThrow();
  });

  test('shows an undefined score as such', () => {
    const estimates = [{ model: 'Geneformer', group: 'Accuracy', mean: NaN, interval: [NaN, NaN] as const }];
    expect(texts(intervalFigure({ ...base, estimates }))).toContain('not defined');
  });

  test('ends the axis at 1 for a perfect score', () => {
    const estimates = [{ model: 'Geneformer', group: 'Accuracy', mean: 1, interval: [1, 1] as const }];
    expect(texts(intervalFigure({ ...base, estimates })).every((text) => !/^1\.0[1-9]/.test(text))).toBe(true);
  });

  test('lays out any numbers and names without overlapping texts', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcMW 1-_/('), minLength: 1, maxLength: 60 });
    const number = fc.double({ min: 0, max: 1, noNaN: true });
    const unique = fc.uniqueArray(name, { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(
        unique,
        unique,
        fc.array(number, { minLength: 49, maxLength: 49 }),
        fc.boolean(),
        fc.boolean(),
        (models, groups, numbers, bars, floor) => {
          const estimates = models.flatMap((model, i) =>
            groups.map((group, j) => {
              const mean = numbers[i * 7 + j] ?? 0;
              return { model, group, mean, interval: [mean * 0.9, mean + (1 - mean) * 0.1] as const };
            }),
          );
          const published = models
            .slice(0, 2)
            .flatMap((model, i) =>
              [0.1, 0.1001].map((value) => ({ model, group: groups[0] ?? '', value: value * (i + 1), source: model })),
            );
          const svg = intervalFigure({
            title: 't',
            caption: groups.join(' '),
            models,
            groups: groups.map((one) => ({ name: one })),
            estimates,
            published,
            marks: bars ? 'bars' : 'dots',
            floors: floor ? models.slice(0, 1) : [],
          });
          expect(layoutFaults(svg)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('an interval figure says what is wrong:', () => {
  const with_ = (change: Partial<IntervalSpec>) => () => intervalFigure({ ...base, ...change });

  test('nothing to draw', () => {
    expect(with_({ models: [] })).toThrow(EmptyFigureError);
    expect(with_({ groups: [] })).toThrow(EmptyFigureError);
    expect(with_({ estimates: [] })).toThrow(EmptyFigureError);
  });

  test('a name that is not listed', () => {
    expect(with_({ estimates: [{ model: 'Forest', group: 'Accuracy', mean: 1 }] })).toThrow(UnknownNameError);
    expect(with_({ estimates: [{ model: 'Geneformer', group: 'F1', mean: 1 }] })).toThrow(
      'estimates[0].group is "F1", which is not listed; use one of "Accuracy"',
    );
    expect(with_({ floors: ['Forest'] })).toThrow(UnknownNameError);
  });

  test('a reversed interval, a second estimate, an infinite value', () => {
    const one = { model: 'Geneformer', group: 'Accuracy', mean: 0.9 };
    expect(with_({ estimates: [{ ...one, interval: [0.95, 0.8] }] })).toThrow('estimates[0].interval is [0.95, 0.8]');
    expect(with_({ estimates: [one, one] })).toThrow('one estimate per model and group');
    expect(with_({ estimates: [{ ...one, mean: Infinity }] })).toThrow(BadValueError);
    expect(with_({ published: [{ ...one, value: NaN, source: 'x' }] })).toThrow(BadValueError);
  });
});
