import { readSafetensors, writeSafetensors } from '@geneformer-ts/io';
import { expect, test } from '@jest/globals';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { halvePrecision, toHalf } from './half.mjs';

test.each([
  [0, 0],
  [1, 0x3c00],
  [-2, 0xc000],
  [65_504, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [2 - 2 ** -12, 0x4000],
  [0.1, 0x2e66],
])('%d has the bits %d', (value, expected) => {
  expect(toHalf(value)).toBe(expected);
});

test('values beyond the range are refused', () => {
  expect(() => toHalf(65_520)).toThrow(RangeError);
  expect(() => toHalf(NaN)).toThrow(RangeError);
});

test('a file keeps its tensors to 11 bits and half its size', async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'half-')), 'model.safetensors');
  const data = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i) * 10 ** (i % 5));
  await writeSafetensors(
    file,
    new Map([
      ['b', { shape: [2], data: Float32Array.of(1, -0.5) }],
      ['a', { shape: [30, 100], data }],
    ]),
  );
  const before = statSync(file).size;
  halvePrecision(file);
  expect(before - statSync(file).size).toBeGreaterThan(5900);
  const { tensors } = await readSafetensors(file);
  expect(tensors.get('b')).toMatchObject({ dtype: 'F16', shape: [2], data: Float32Array.of(1, -0.5) });
  const halved = tensors.get('a').data;
  for (const [i, value] of data.entries())
    expect(Math.abs(halved[i] - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11 + 2 ** -25);
});
