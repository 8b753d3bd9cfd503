import { expect, test } from '@jest/globals';
import { BadValueError, RenderError } from '../errors.js';
import { toPng } from './png.js';
import { confusionFigure } from '../figures/confusion.js';
import { textBoxes } from '../testing/text-boxes.js';

const svg = confusionFigure({
  title: 'Two',
  caption: 'Made-up.',
  labels: ['a', 'b'],
  matrices: [{ counts: [1, 2, 3, 4] }],
});
const size = (png: Uint8Array): [number, number] => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

test('a PNG has the PNG signature, and the size of the figure times the scale', () => {
  const { width, height } = textBoxes(svg);
  expect([...toPng(svg).subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  expect(size(toPng(svg, { scale: 2 }))).toEqual([2 * width, 2 * height]);
  expect(size(toPng(svg))).toEqual([3 * width, 3 * height]);
});

test('draws text with the bundled font', () => {
  expect(Buffer.from(toPng(svg)).equals(Buffer.from(toPng(svg.replaceAll(/<text.*<\/text>/g, ''))))).toBe(false);
});

test('refuses a bad scale, and text that is not an SVG', () => {
  expect(() => toPng(svg, { scale: 0 })).toThrow(BadValueError);
  expect(() => toPng('figures/figure2.svg')).toThrow(RenderError);
});
