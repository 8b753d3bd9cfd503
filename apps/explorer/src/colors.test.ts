import { expect, test } from '@jest/globals';
import { categoryColor, paint } from './colors.js';

const cells = { kind: 'categories' as const, title: 'label', names: ['B', 'unknown'], codes: Int32Array.of(0, 1, -1) };

test('unknown cells are gray, like cells without a value', () => {
  const rgba = paint(cells, 3, new Set());
  const [b, unknown, missing] = [0, 4, 8].map((at) => [...rgba.subarray(at, at + 3)]);
  expect(unknown).toEqual(missing);
  expect(categoryColor(1, 'unknown')).toEqual(missing);
  expect(new Set(missing).size).toBe(1);
  expect(b).toEqual(categoryColor(0, 'B'));
  expect(new Set(b).size).toBeGreaterThan(1);
});

test('cells outside a selection are less opaque, and less so on a dark page', () => {
  const opacity = (theme: 'light' | 'dark'): number[] =>
    [3, 7, 11].map((at) => paint(cells, 3, new Set([1]), theme)[at]);
  const [light, dark] = [opacity('light'), opacity('dark')];
  expect(light[1]).toBe(dark[1]);
  expect(light[0]).toBeLessThan(dark[0]);
  expect(dark[0]).toBeLessThan(dark[1]);
});
