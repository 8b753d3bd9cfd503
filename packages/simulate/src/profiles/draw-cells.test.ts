import { ArgumentError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { drawCells, type DrawOptions } from './draw-cells.js';

const options: DrawOptions = { cells: 400, depth: { median: 1000, sigma: 0.5 }, seed: 3 };

describe('drawCells', () => {
  test('draws genes in proportion to the profile, and no others', () => {
    const { indices, data } = drawCells([6, 0, 3, 1], options);
    const sums = new Float64Array(4);
    indices.forEach((gene, at) => (sums[gene] += data[at]));
    const total = sums.reduce((sum, count) => sum + count);
    expect(sums[1]).toBe(0);
    // The standard error of a share is below 0.001 with more than 400,000 molecules.
    expect(sums.map((sum) => sum / total)).toBeAllClose([0.6, 0, 0.3, 0.1], { rtol: 0, atol: 0.004 });
  });

  test('has log-normal depths with the given median and sigma', () => {
    const { rows, indptr, data } = drawCells([1, 1, 1], { ...options, cells: 4000 });
    const logs = Array.from({ length: rows }, (_, row) =>
      Math.log(data.subarray(indptr[row], indptr[row + 1]).reduce((sum, count) => sum + count)),
    ).sort((a, b) => a - b);
    const mean = logs.reduce((sum, value) => sum + value) / rows;
    const sigma = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
    expect(Math.abs(logs[rows / 2] - Math.log(1000))).toBeLessThan(0.04);
    expect(Math.abs(sigma - 0.5)).toBeLessThan(0.03);
  });

  test('a cell does not depend on the number of cells, but on the stream', () => {
    const first = (cells: number, stream: number) => {
      const drawn = drawCells([2, 5, 1, 9], { ...options, cells, stream });
      return [...drawn.data.subarray(0, drawn.indptr[1])];
    };
    expect(first(1, 7)).toEqual(first(20, 7));
    expect(first(1, 7)).not.toEqual(first(1, 8));
  });

  test.each([
    [[], {}, /^profile: 0 is not valid; use at least one gene above 0$/],
    [[1, -1], {}, /profile\[1\]: -1 is not valid/],
    [[1, NaN], {}, /profile\[1\]: NaN/],
    [[1], { cells: 1.5 }, /cells: 1.5 is not valid/],
    [[1], { depth: { median: 0, sigma: 1 } }, /depth: .* is not valid; use a median above 0/],
  ])('refuses %j with %j', (profile, changes, message) => {
    const draw = () => drawCells(profile, { ...options, ...changes });
    expect(draw).toThrow(ArgumentError);
    expect(draw).toThrow(message);
  });
});
