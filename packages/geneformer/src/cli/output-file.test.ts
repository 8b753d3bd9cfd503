import { describe, expect, test } from '@jest/globals';
import { outputFormat } from './output-file.js';

describe('the format of an output', () => {
  test.each([
    ['a.h5ad', undefined, 'h5ad'],
    ['a.ZARR', undefined, 'zarr'],
    ['a.csv', undefined, 'csv'],
    ['vectors', 'npz', 'npz'],
  ])('%s with --format %s is %s', (out, format, expected) => {
    expect(outputFormat(out, format)).toBe(expected);
  });

  test('a zarr store ends in .zarr, and no other file does', () => {
    expect(() => outputFormat('a.h5ad', 'zarr')).toThrow("'zarr' does not fit 'a.h5ad'");
    expect(() => outputFormat('a.zarr', 'csv')).toThrow("'csv' does not fit 'a.zarr'");
  });

  test('an ending that the command cannot write is refused with those that it can', () => {
    expect(() => outputFormat('a.txt', undefined)).toThrow('end it in .h5ad, .zarr');
    expect(() => outputFormat('a.zarr', undefined, ['h5ad', 'csv'])).toThrow('end it in .h5ad, .csv');
  });
});
