import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { confusionFigure } from './confusion.js';
import { BadValueError, EmptyFigureError, ShapeMismatchError } from '../errors.js';
import { layoutFaults, textBoxes } from '../testing/text-boxes.js';

const words = { title: 'Confusion', caption: 'Made-up numbers.' };
const texts = (svg: string): string[] => textBoxes(svg).boxes.map((box) => box.text);

describe('a confusion matrix', () => {
  test('shows shares of the true class, and counts', () => {
    const shown = texts(
      confusionFigure({ ...words, labels: ['cTEC', 'mTEC'], matrices: [{ counts: [90, 10, 1, 3] }] }),
    );
    expect(shown).toEqual(expect.arrayContaining(['90.0%', '90', '10.0%', '10', '25.0%', '1', '75.0%', '3']));
    expect(shown).toContain('104 cells, 89.4% on the diagonal');
  });

  test('gives true n on the rows and predicted n on the columns', () => {
    const { boxes } = textBoxes(
      confusionFigure({ ...words, labels: ['cTEC', 'mTEC'], matrices: [{ counts: [90, 10, 1, 3] }] }),
    );
    const numbers = boxes.filter((box) => box.text.startsWith('n = '));
    expect(numbers.map((box) => box.text)).toEqual(['n = 100', 'n = 4', 'n = 91', 'n = 13']);
    const [top, below] = numbers.map((box) => box.corners[0] ?? [0, 0]);
    expect(top?.[0]).toBeLessThan(200);
    expect(below?.[1]).toBeGreaterThan(top?.[1] ?? 0);
  });

  test('never rounds to certainty: 1 of 10,000 is not 0%, 9,999 not 100%', () => {
    const shown = texts(confusionFigure({ ...words, labels: ['a', 'b'], matrices: [{ counts: [9999, 1, 0, 5] }] }));
    expect(shown).toEqual(expect.arrayContaining(['>99.9%', '<0.1%', '100%', '0']));
  });

  test('draws a class without rows as empty, not as misclassified', () => {
    const shown = texts(confusionFigure({ ...words, labels: ['a', 'b'], matrices: [{ counts: [5, 1, 0, 0] }] }));
    expect(shown.filter((text) => text === '–')).toHaveLength(2);
    expect(shown).toContain('n = 0');
  });

  test('is drawn for a single class', () => {
    expect(texts(confusionFigure({ ...words, labels: ['only'], matrices: [{ counts: [12] }] }))).toContain('100%');
  });

  test('lays out any number of classes and models without overlapping texts', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcMW 1-_/('), maxLength: 50 });
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 16 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (labels, models, count) => {
          const counts = labels.flatMap((_, r) => labels.map((__, c) => (r === c ? count : (r * 7 + c) % 5)));
          const svg = confusionFigure({
            ...words,
            labels,
            matrices: Array.from({ length: models }, (_, i) => ({ title: `model ${i} ${labels[0]}`, counts })),
          });
          expect(layoutFaults(svg)).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('a confusion matrix says what is wrong:', () => {
  test('nothing to draw', () => {
    expect(() => confusionFigure({ ...words, labels: [], matrices: [{ counts: [] }] })).toThrow(EmptyFigureError);
    expect(() => confusionFigure({ ...words, labels: ['a'], matrices: [] })).toThrow(EmptyFigureError);
    expect(() => confusionFigure({ ...words, labels: ['a'], matrices: [{ counts: [0] }] })).toThrow(
      'give at least one count above 0',
    );
  });

  test('a matrix that is not classes × classes', () => {
    expect(() => confusionFigure({ ...words, labels: ['a', 'b'], matrices: [{ counts: [1, 2, 3] }] })).toThrow(
      ShapeMismatchError,
    );
  });

  test.each([-1, 0.5, NaN])('a count of %d', (count) => {
    expect(() => confusionFigure({ ...words, labels: ['a'], matrices: [{ counts: [count] }] })).toThrow(BadValueError);
  });
});
