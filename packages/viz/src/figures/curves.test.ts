import { describe, expect, test } from '@jest/globals';
import { BadValueError, EmptyFigureError, ShapeMismatchError } from '../errors.js';
import { lineFigure } from './line.js';
import type { LineSpec } from './line.js';
import { averageRoc } from './roc-average.js';
import { rocFigure } from './roc.js';
import { golden } from '../testing/golden.js';
import { layoutFaults, textBoxes } from '../testing/text-boxes.js';

const words = { title: 'Curves', caption: 'Made-up numbers.' };
const texts = (svg: string): string[] => textBoxes(svg).boxes.map((box) => box.text);
const step = { fpr: [0, 0, 0.5, 1], tpr: [0, 0.6, 0.8, 1] };

describe('averaging ROC curves', () => {
  test('matches the interpolation, mean and standard deviation of numpy', () => {
    const { curves, tpr, lower, upper } = golden.averagedRoc;
    const band = averageRoc(curves, { points: 21 });
    tpr.forEach((value, i) => expect(band.tpr[i]).toBeCloseTo(value, 12));
    lower.forEach((value, i) => expect(band.lower[i]).toBeCloseTo(value, 12));
    upper.forEach((value, i) => expect(band.upper[i]).toBeCloseTo(value, 12));
  });

  test('returns the curve itself for one fold, without a band', () => {
    const band = averageRoc([step], { points: 3 });
    expect([...band.tpr]).toEqual([0, 0.8, 1]);
    expect([...band.upper]).toEqual([...band.lower]);
  });

  test.each([
    ['no curves', [], EmptyFigureError],
    ['lengths that differ', [{ fpr: [0, 1], tpr: [0, 0.5, 1] }], ShapeMismatchError],
    ['a decreasing rate', [{ fpr: [0, 0.5, 0.4, 1], tpr: [0, 0.5, 0.6, 1] }], BadValueError],
    ['a rate above 1', [{ fpr: [0, 1], tpr: [0, 1.2] }], BadValueError],
    ['a NaN', [{ fpr: [0, 0.5, 1], tpr: [0, NaN, 1] }], BadValueError],
    ['a curve that stops short', [{ fpr: [0, 0.5], tpr: [0, 0.5] }], BadValueError],
  ])('refuses %s', (_, curves, error) => {
    expect(() => averageRoc(curves)).toThrow(error);
  });
});

describe('a ROC figure', () => {
  test('shows areas with their intervals, chance, and the name of the band', () => {
    const shown = texts(
      rocFigure({
        ...words,
        curves: [{ name: 'Geneformer', ...averageRoc([step, step]), auc: 0.7634, interval: [0.7, 0.8] }],
      }),
    );
    expect(shown).toEqual(
      expect.arrayContaining(['Geneformer', 'AUC 0.763 (0.700–0.800)', 'chance', 'AUC 0.500', '± 1 s.d. across folds']),
    );
  });

  test('shows an undefined area as such, and names a band only if there is one', () => {
    const shown = texts(rocFigure({ ...words, curves: [{ name: 'a', ...step, auc: NaN }] }));
    expect(shown).toContain('AUC not defined');
    expect(shown.join()).not.toContain('s.d.');
  });

  test('distinguishes curves by dash as well as by color', () => {
    const svg = rocFigure({ ...words, curves: ['a', 'b', 'c'].map((name) => ({ name, ...step, auc: 0.7 })) });
    const dashes = [
      ...svg.matchAll(/<line x1="-11" x2="11"[^>]*?(?:stroke-dasharray="([^"]*)")?(?: stroke-linejoin[^>]*)?\/>/g),
    ].map(([, dash]) => dash ?? 'solid');
    expect(new Set(dashes).size).toBe(4);
  });

  test('refuses an empty figure and half a band', () => {
    expect(() => rocFigure({ ...words, curves: [] })).toThrow(EmptyFigureError);
    expect(() => rocFigure({ ...words, curves: [{ name: 'a', ...step, auc: 1, lower: step.tpr }] })).toThrow(
      'curves[0].upper',
    );
    expect(() => rocFigure({ ...words, curves: [{ name: 'a', ...step, auc: 1, lower: [0], upper: [1] }] })).toThrow(
      ShapeMismatchError,
    );
  });
});

describe('a line figure', () => {
  const base: LineSpec = {
    ...words,
    series: [{ name: 'training', x: [0, 1, 2], y: [3, 2, 1.5] }],
    x: { title: 'step' },
    y: { title: 'loss' },
  };

  test('names its lines at their ends, and the reference lines', () => {
    expect(texts(lineFigure({ ...base, references: [{ name: 'chance', value: 2.5 }] }))).toEqual(
      expect.arrayContaining(['training', 'chance', 'step', 'loss']),
    );
  });

  test('separates the names of lines that end at the same point', () => {
    const series = Array.from({ length: 24 }, (_, i) => ({
      name: `a line with the number ${i}`,
      x: [0, 1],
      y: [1, 0.5],
    }));
    expect(layoutFaults(lineFigure({ ...base, series }))).toEqual([]);
  });

  test('breaks the line at NaN', () => {
    const svg = lineFigure({ ...base, series: [{ name: 'gap', x: [0, 1, 2, 3, 4], y: [1, 2, NaN, 2, 1] }] });
    const path = /<path d="([^"]*)" fill="none" stroke="#0072b2" stroke-width="1.8"/.exec(svg)?.[1];
    expect(path?.split('M')).toHaveLength(3);
  });

  test('marks a single point between gaps', () => {
    const y = Array.from({ length: 50 }, (_, i) => (i % 2 ? NaN : i));
    expect(lineFigure({ ...base, series: [{ name: 'dots', x: y.map((_, i) => i), y }] }).split('<circle')).toHaveLength(
      26,
    );
  });

  test('draws a single point, and a constant line', () => {
    expect(layoutFaults(lineFigure({ ...base, series: [{ name: 'one', x: [5], y: [2] }] }))).toEqual([]);
    expect(
      layoutFaults(
        lineFigure({ ...base, series: [{ name: 'flat', x: [1, 10], y: [2, 2] }], x: { title: 'n', log: true } }),
      ),
    ).toEqual([]);
  });

  test('writes logarithmic ticks as plain numbers', () => {
    const shown = texts(
      lineFigure({ ...base, series: [{ name: 'a', x: [0.01, 1], y: [1, 2] }], x: { title: 'share', log: true } }),
    );
    expect(shown).toContain('0.01');
  });

  test('writes custom ticks instead of round values', () => {
    const ticks = [1, 2, 4].map((part) => ({ value: 1 / part, label: `1/${part}` }));
    const series = [{ name: 'a', x: [0.25, 0.5, 1], y: [1, 2, 3] }];
    const svg = lineFigure({ ...base, series, x: { title: 'depth', log: true, ticks } });
    expect(texts(svg)).toEqual(expect.arrayContaining(['1/4', '1/2', '1/1']));
    expect(texts(svg)).not.toContain('0.3');
  });

  test('uses the color and dash of `place`, whatever the position', () => {
    const line = { name: 'a', x: [0, 1], y: [1, 2] };
    const drawn = (svg: string) => /stroke="#\w+" stroke-width="1.8"[^>]*/.exec(svg)?.[0];
    const third = drawn(lineFigure({ ...base, series: [{ ...line, place: 2 }] }));
    expect(third).toContain('#009e73');
    const others = ['b', 'c'].map((name) => ({ ...line, name }));
    expect(lineFigure({ ...base, series: [...others, line] })).toContain(third);
  });

  test.each([
    ['no series', { series: [] }, EmptyFigureError],
    ['no finite value', { series: [{ name: 'a', x: [1], y: [NaN] }] }, EmptyFigureError],
    ['lengths that differ', { series: [{ name: 'a', x: [1, 2], y: [1] }] }, ShapeMismatchError],
    ['an x that is NaN', { series: [{ name: 'a', x: [NaN], y: [1] }] }, BadValueError],
    ['zero on a logarithmic axis', { x: { title: 'x', log: true } }, BadValueError],
    ['a reference that is NaN', { references: [{ name: 'a', value: NaN }] }, BadValueError],
  ])('refuses %s', (_, change: Partial<LineSpec>, error) => {
    expect(() => lineFigure({ ...base, ...change })).toThrow(error);
  });
});
