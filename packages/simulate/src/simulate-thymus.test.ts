import { ArgumentError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import type { CsrBlock } from '@geneformer-ts/io';
import fc from 'fast-check';
import { CellIndexError } from './errors.js';
import { simulateThymus, type SimulatedCells } from './simulate-thymus.js';

/** Returns all rows of a simulation as text, independent of the blocks. */
function rowsOf(cells: SimulatedCells, rows?: number): string[] {
  const lines: string[] = [];
  for (const { indptr, indices, data, rows: n } of cells.blocks(rows === undefined ? {} : { rows })) {
    for (let r = 0; r < n; r++) {
      const at = [indptr[r], indptr[r + 1]] as const;
      lines.push(`${indices.slice(...at).join()}:${data.slice(...at).join()}`);
    }
  }
  return lines;
}

const numbers = (cells: SimulatedCells, name: string): Float64Array => {
  const column = cells.obs.columns.get(name);
  if (column?.kind !== 'number') throw new Error(`${name} is not a number column`);
  return column.values;
};

describe('simulateThymus', () => {
  const small = simulateThymus({ seed: 11, preset: 'small' });
  const rows = rowsOf(small);

  test('the same seed gives the same counts, another seed gives others', () => {
    expect(rowsOf(simulateThymus({ seed: 11, preset: 'small' }))).toEqual(rows);
    expect(rowsOf(small)).toEqual(rows);
    expect(rowsOf(simulateThymus({ seed: 12, preset: 'small' }))).not.toEqual(rows);
  });

  test('counts do not depend on the size of the blocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (size) => expect(rowsOf(small, size)).toEqual(rows)),
      { numRuns: 5 },
    );
  });

  test('blocks are consecutive and have positive whole counts in ascending columns', () => {
    let next = 0;
    for (const block of small.blocks({ rows: 64 })) {
      expect(block.rowStart).toBe(next);
      next += block.rows;
      checkRows(block);
    }
    expect(next).toBe(small.nObs);
  });

  test('n_counts and n_genes are filled in as the blocks pass', () => {
    const cells = simulateThymus({ seed: 5, preset: 'small' });
    expect(numbers(cells, 'n_counts').every(Number.isNaN)).toBe(true);
    const stream = cells.blocks({ rows: 50 })[Symbol.iterator]();
    const { data, indptr } = (stream.next() as { value: CsrBlock }).value;
    const nCounts = numbers(cells, 'n_counts');
    for (let cell = 0; cell < 50; cell++) {
      const counts = Array.from(data.subarray(indptr[cell], indptr[cell + 1]));
      expect(nCounts[cell]).toBe(counts.reduce((a, b) => a + b, 0));
      expect(numbers(cells, 'n_genes')[cell]).toBe(counts.length);
      expect(numbers(cells, 'truth_ambient_counts')[cell]).toBeLessThanOrEqual(nCounts[cell]);
    }
    expect(nCounts[50]).toBeNaN();
  });

  test('simulations with the same biology have the same genes and truth, except for the settings', () => {
    const other = simulateThymus({ seed: 12, preset: 'small', ambientFraction: 0.2 });
    expect({ ...other.truth, settings: null }).toEqual({ ...small.truth, settings: null });
    const elsewhere = simulateThymus({ seed: 11, preset: 'small', biologySeed: 2 });
    expect(elsewhere.truth.regulators).not.toEqual(small.truth.regulators);
  });

  test('the truth says that it is simulated and survives JSON', () => {
    expect(small.truth.synthetic).toBe(true);
    expect(small.truth.statement).toMatch(/^Simulated\./);
    expect(JSON.parse(JSON.stringify(small.truth))).toEqual(small.truth);
  });

  test('labels are the sides of the fate, for epithelial cells only', () => {
    const label = small.obs.columns.get('label');
    const fate = numbers(small, 'truth_fate');
    if (label?.kind !== 'categorical') throw new Error('label is not categorical');
    fate.forEach((value, cell) => {
      const side = Number.isNaN(value) ? undefined : value < 0.5 ? 'cTEC' : 'mTEC';
      expect(label.categories[label.codes[cell]]).toBe(side);
    });
  });

  test('cellTruth returns the state behind the counts, in any order', () => {
    const first = small.cellTruth(3);
    small.cellTruth(150);
    expect(small.cellTruth(3)).toEqual(first);
    expect(first.response).toHaveLength(small.truth.regulators.length);
    expect(first.scores).toHaveLength(small.truth.programmes.length);
    expect(() => small.cellTruth(200)).toThrow(CellIndexError);
    expect(() => small.cellTruth(-1)).toThrow('give a whole number from 0 to 199');
  });

  test('a block must have rows', () => {
    expect(() => small.blocks({ rows: 0 })).toThrow(ArgumentError);
  });

  test('without ambient RNA and doublets there are none', () => {
    const clean = simulateThymus({ seed: 0, preset: 'small', ambientFraction: 0, doubletRate: 0 });
    rowsOf(clean);
    expect(numbers(clean, 'truth_ambient_counts').every((n) => n === 0)).toBe(true);
    const doublet = clean.obs.columns.get('is_doublet');
    expect(doublet?.kind === 'boolean' && doublet.values.some(Boolean)).toBe(false);
  });
});

function checkRows({ rows, cols, indptr, indices, data }: CsrBlock): void {
  expect(indptr[0]).toBe(0);
  expect(indptr[rows]).toBe(data.length);
  expect(data.every((count) => Number.isInteger(count) && count > 0)).toBe(true);
  for (let r = 0; r < rows; r++) {
    const columns = indices.slice(indptr[r], indptr[r + 1]);
    expect(columns.every((column, k) => column < cols && (k === 0 || column > columns[k - 1]))).toBe(true);
  }
}
