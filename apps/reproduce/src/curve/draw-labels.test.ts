import { expect, test } from '@jest/globals';
import { drawLabels } from './draw-labels.js';

const labels = Array.from({ length: 100 }, (_, cell) => (cell < 80 ? 0 : cell < 98 ? 1 : 2));
const train = Int32Array.from(labels.keys()).filter((cell) => cell % 2 === 0);
const countsOf = (drawn: Int32Array) => [0, 1, 2].map((own) => drawn.filter((cell) => labels[cell] === own).length);

test('draws classes in proportion to their sizes, and at least one cell of each, from the training cells alone', () => {
  const drawn = drawLabels(labels, train, 10, [0, 0, 0]);
  expect(countsOf(drawn)).toEqual([8, 2, 1]);
  expect(drawn.every((cell) => train.includes(cell))).toBe(true);
  expect(new Set(drawn).size).toBe(drawn.length);
  expect(countsOf(drawLabels(labels, train, 1, [0, 0, 0]))).toEqual([1, 1, 1]);
});

test('draws other cells in another draw, fold and seed, and the same again', () => {
  const of = (seed: number, draw: number, fold: number) => drawLabels(labels, train, 10, [seed, draw, fold]);
  expect(of(0, 0, 0)).toEqual(of(0, 0, 0));
  for (const other of [of(1, 0, 0), of(0, 1, 0), of(0, 0, 1)]) expect(other).not.toEqual(of(0, 0, 0));
});

test('takes all training cells where there are at most as many', () => {
  expect(drawLabels(labels, train, 50, [0, 0, 0])).toBe(train);
});
