import { describe, expect, test } from '@jest/globals';
import { lab, rgb } from 'd3';
import { categories, categoryColor, contrast, faint, ink, inkOn, muted, paper, shareColor } from './palette.js';

/** Machado, Oliveira & Fernandes, IEEE Trans. Vis. Comput. Graph. 15:1291 (2009), complete loss of one cone, on linear RGB. */
const visions = {
  common: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function seen(color: string, matrix: readonly number[]): string {
  const { r, g, b } = rgb(color);
  const linear = [r, g, b].map((channel) =>
    channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
  );
  const mixed = [0, 3, 6].map((row) => linear.reduce((sum, value, i) => sum + value * (matrix[row + i] ?? 0), 0));
  const [red = 0, green = 0, blue = 0] = mixed.map((value) => {
    const clipped = Math.min(1, Math.max(0, value));
    return 255 * (clipped <= 0.0031308 ? clipped * 12.92 : 1.055 * clipped ** (1 / 2.4) - 0.055);
  });
  return rgb(red, green, blue).formatHex();
}

/** CIE76 distance; about 2.3 is just noticeable. */
function distance(a: string, b: string): number {
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(p.l - q.l, p.a - q.a, p.b - q.b);
}

describe.each(Object.entries(visions))('with %s vision', (_, matrix) => {
  test('the first seven categories are distinguishable', () => {
    const colors = categories.slice(0, 7).map((color) => seen(color, matrix));
    const distances = colors.flatMap((a, i) => colors.slice(i + 1).map((b) => distance(a, b)));
    expect(Math.min(...distances)).toBeGreaterThan(10);
  });
});

test('every category is visible on white', () => {
  for (const color of categories) expect(contrast(color, paper)).toBeGreaterThan(1.45);
});

test('all text meets WCAG AA on white', () => {
  expect(contrast(ink, paper)).toBeGreaterThan(7);
  expect(contrast(muted, paper)).toBeGreaterThan(4.5);
});

test('numbers in a confusion matrix are readable on every shade', () => {
  for (let share = 0; share <= 1; share += 0.01) {
    const shade = shareColor(share);
    expect(contrast(inkOn(shade), shade)).toBeGreaterThan(4.5);
  }
  // The zeros of empty squares are faint on purpose, but still readable.
  expect(contrast(faint, shareColor(0))).toBeGreaterThan(3);
});

test('shares darken evenly', () => {
  const lightness = Array.from({ length: 21 }, (_, i) => lab(shareColor(i / 20)).l);
  lightness.slice(1).forEach((value, i) => expect(value).toBeLessThan(lightness[i] ?? 0));
});

test('the colors repeat after the last one', () => {
  expect(categoryColor(categories.length)).toBe(categories[0]);
});
