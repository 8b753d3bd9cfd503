import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BadValueError, EmptyFigureError, ShapeMismatchError } from '../errors.js';
import { categories, missing } from '../drawing/palette.js';
import { scatterFigure } from './scatter.js';
import { layoutFaults, parse, textBoxes } from '../testing/text-boxes.js';

const words = { title: 'Cells', caption: 'Made-up numbers.' };

/** Returns the number of dots per color: a path starts every dot with a move. */
function dots(svg: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, color = '', d = ''] of svg.matchAll(/<path stroke="(#\w+)" d="([^"]*)"/g)) {
    counts.set(color, (counts.get(color) ?? 0) + d.split('M').length - 1);
  }
  return counts;
}

const texts = (svg: string): string[] => textBoxes(svg).boxes.map((box) => box.text);

describe('a scatter', () => {
  const points = [0, 0, 1, 0, 0, 2, 5, 5, 6, 5];
  const values = ['b', 'a', null, 'a', ''];

  test('draws every row once, in the color of its category, and unlabeled rows in gray', () => {
    const counts = dots(scatterFigure({ ...words, points, panels: [{ title: 'Class', values }] }));
    expect(Object.fromEntries(counts)).toEqual({ [categories[0] ?? '']: 2, [categories[1] ?? '']: 1, [missing]: 2 });
  });

  test('draws gray categories in gray, and lists them last', () => {
    const panel = { title: 'Label', values: ['a', 'unknown', 'z', 'unknown', 'a'], gray: ['unknown'], labels: false };
    const svg = scatterFigure({ ...words, points, panels: [panel] });
    expect(Object.fromEntries(dots(svg))).toEqual({ [categories[0]]: 2, [categories[1]]: 1, [missing]: 2 });
    expect(texts(svg).filter((text) => panel.values.includes(text))).toEqual(['a', 'z', 'unknown']);
  });

  test('counts its categories in the legend', () => {
    const shown = texts(scatterFigure({ ...words, points, panels: [{ title: 'Class', values, labels: false }] }));
    expect(shown).toEqual(expect.arrayContaining(['a', '2', 'b', '1', 'not labeled']));
  });

  test('sorts numbers in names by value, unless an order is given', () => {
    const names = ['donor 10', 'donor 2', 'donor 1'];
    const legend = (order?: string[]): string[] =>
      texts(
        scatterFigure({
          ...words,
          points: [0, 0, 1, 1, 2, 2],
          panels: [{ title: 'Donor', values: names, labels: false, ...(order ? { order } : {}) }],
        }),
      ).filter((text) => text.startsWith('donor'));
    expect(legend()).toEqual(['donor 1', 'donor 2', 'donor 10']);
    expect(legend(['donor 10'])).toEqual(['donor 10', 'donor 1', 'donor 2']);
  });

  test('gives a name the same color in all panels', () => {
    const svg = scatterFigure({
      ...words,
      points: [0, 0, 1, 1],
      panels: [
        { title: 'Class', values: ['a', 'b'] },
        { title: 'Predicted', values: ['b', 'b'] },
      ],
    });
    expect(Object.fromEntries(dots(svg))).toEqual({ [categories[0] ?? '']: 1, [categories[1] ?? '']: 3 });
  });

  test('has one scale for both axes', () => {
    const svg = scatterFigure({
      ...words,
      points: [0, 0, 10, 0, 10, 1, 0, 1],
      panels: [{ title: 'Class', values: ['a', 'a', 'a', 'a'], labels: false }],
    });
    const places = [...svg.matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    const width = Math.max(...places.map(([x]) => x)) - Math.min(...places.map(([x]) => x));
    const height = Math.max(...places.map(([, y]) => y)) - Math.min(...places.map(([, y]) => y));
    expect(width / height).toBeCloseTo(10, 0);
  });

  test('draws a single cell, and cells at the same position', () => {
    expect(
      layoutFaults(scatterFigure({ ...words, points: [3, 4], panels: [{ title: 'Class', values: ['only'] }] })),
    ).toEqual([]);
    expect(
      layoutFaults(scatterFigure({ ...words, points: [3, 4, 3, 4], panels: [{ title: 'Class', values: ['a', 'b'] }] })),
    ).toEqual([]);
  });

  test('escapes markup in names', () => {
    const svg = scatterFigure({
      ...words,
      title: '<b>&"',
      points: [0, 0],
      panels: [{ title: 'Class', values: ['<script>alert(1)</script>'] }],
    });
    expect(svg).not.toContain('<script');
    expect(parse(svg).children[Symbol.iterator]().next().value?.textContent).toBe('<b>&"');
  });

  test('lays out any input without overlapping texts', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcMW 1-_/('), minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.nat(5)), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.array(name, { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (rows, names, panels) => {
          const values = rows.map(([, , k]) => names[k]?.trim() || null);
          const svg = scatterFigure({
            title: names.join(' '),
            caption: names.join(', '),
            points: rows.flatMap(([x, y]) => [x, y]),
            panels: Array.from({ length: panels }, (_, i) => ({ title: names[i] ?? 'x', values })),
          });
          expect(layoutFaults(svg)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a scatter says what is wrong:', () => {
  test('no rows, no panels', () => {
    expect(() => scatterFigure({ ...words, points: [], panels: [{ title: 'x', values: [] }] })).toThrow(
      EmptyFigureError,
    );
    expect(() => scatterFigure({ ...words, points: [0, 0], panels: [] })).toThrow('scatterFigure: panels is empty');
  });

  test('a panel with another number of rows', () => {
    const draw = (): string =>
      scatterFigure({ ...words, points: [0, 0, 1, 1], panels: [{ title: 'x', values: ['a'] }] });
    expect(draw).toThrow(ShapeMismatchError);
    expect(draw).toThrow('panels[0].values has 1 values; give 2');
  });

  test('a coordinate that is not a number, with its row', () => {
    const draw = (): string =>
      scatterFigure({ ...words, points: [0, 0, 1, NaN], panels: [{ title: 'x', values: ['a', 'b'] }] });
    expect(draw).toThrow(BadValueError);
    expect(draw).toThrow('points[3] (row 1) is NaN');
  });
});
