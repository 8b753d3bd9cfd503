import { expect, test } from '@jest/globals';
import { layoutFaults } from './text-boxes.js';

const picture = (...texts: string[]): string => `<svg width="200" height="100">${texts.join('')}</svg>`;
const text = (x: number, y: number, attributes = ''): string =>
  `<text x="${x}" y="${y}" font-size="10" ${attributes}>cTEC</text>`;

test('finds overlapping texts only', () => {
  expect(layoutFaults(picture(text(10, 20), text(20, 24)))).toEqual(['"cTEC" touches "cTEC"']);
  expect(layoutFaults(picture(text(10, 20), text(10, 32), text(60, 20)))).toEqual([]);
});

test('applies anchors, translations and rotations', () => {
  expect(
    layoutFaults(picture(text(100, 20), `<g transform="translate(90 0)">${text(35, 20, 'text-anchor="end"')}</g>`)),
  ).toHaveLength(1);
  expect(layoutFaults(picture(text(100, 50), text(-50, 98, 'transform="rotate(-90)"')))).toEqual([]);
  expect(layoutFaults(picture(text(100, 50), text(-60, 110, 'transform="rotate(-90)"')))).toHaveLength(1);
});

test('finds a text that leaves the picture', () => {
  expect(layoutFaults(picture(text(190, 20)))).toEqual(['"cTEC" leaves the picture']);
  expect(layoutFaults(picture(text(10, 5)))).toEqual(['"cTEC" leaves the picture']);
});
