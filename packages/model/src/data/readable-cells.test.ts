import { describe, expect, test } from '@jest/globals';
import { CellsError, VocabularyMismatchError } from '../errors.js';
import { cellsOf } from '../testing/cells.js';
import { type Cells, selectCells } from './cells.js';
import { readableCells } from './readable-cells.js';

const contract = { vocabularySize: 10, vocabularyDigest: 'aaaa', maxPositions: 4 };
const cells = cellsOf([[2, 3], [4, 5, 6, 7, 8], [9]]);

describe('cells of a model', () => {
  test('are truncated to the positions of the model, or to maxLength', () => {
    expect([...readableCells(cells, contract).lengths]).toEqual([2, 4, 1]);
    expect([...readableCells(cells, contract, 3).lengths]).toEqual([2, 3, 1]);
  });

  test('must have its vocabulary', () => {
    const other = { ...cells, vocabularyDigest: 'bbbb' };
    expect(() => readableCells(other, contract)).toThrow(VocabularyMismatchError);
    expect(() => readableCells({ ...cells, vocabularyDigest: 'aaaa' }, contract)).not.toThrow();
  });

  test('are refused by a V1 model without a digest if all have <cls> and <eos>, as in V2', () => {
    const v2 = cellsOf([
      [2, 9, 3],
      [2, 5, 6, 3],
      [2, 3],
    ]);
    expect(() => readableCells(v2, { ...contract, lacksClsAndEos: true })).toThrow("V2's <cls> and <eos>");
    expect(() => readableCells(v2, contract)).not.toThrow();
    const v1 = cellsOf([
      [2, 9, 3],
      [2, 5, 6, 3],
      [4, 3],
    ]);
    expect(() => readableCells(v1, { ...contract, lacksClsAndEos: true })).not.toThrow();
  });

  test('must not contain ids outside the vocabulary', () => {
    expect(() => readableCells(cellsOf([[2], [3, 10]]), contract)).toThrow(
      'cell 1 contains token 10, but the model has ids 0 … 9',
    );
  });

  test('must not be empty, and there must be some', () => {
    expect(() => readableCells(cellsOf([[2], []]), contract)).toThrow('cell 1 has no tokens');
    expect(() => readableCells(cellsOf([]), contract)).toThrow(CellsError);
  });

  test.each([0.5, -1, NaN, '2'])('are not truncated to %p tokens', (maxLength) => {
    expect(() => readableCells(cells, contract, maxLength as number)).toThrow('use a whole number of at least 1');
  });

  test.each([
    [undefined, 'cells: undefined is not valid'],
    [[[2, 3], [4]], 'cells: offsets is not an Int32Array'],
    [{ inputIds: [2, 3], offsets: Int32Array.of(0, 2) }, 'cells: inputIds is not an Int32Array'],
    [{ inputIds: BigInt64Array.of(2n), offsets: Int32Array.of(0, 1) }, 'cells: inputIds is not an Int32Array'],
    [{ inputIds: Float32Array.of(2, NaN), offsets: Int32Array.of(0, 2) }, 'cells: inputIds is not an Int32Array'],
    [{ inputIds: Int32Array.of(2, 3), offsets: Float64Array.of(0, 1.5, 2) }, 'cells: offsets is not an Int32Array'],
  ])('must be arrays of 32-bit integers', (other, message) => {
    expect(() => readableCells(other as unknown as Cells, contract)).toThrow(message);
  });

  test.each([
    [-1, 2],
    [1, 2],
  ])('must start at the first token', (...offsets) => {
    const shifted = { inputIds: Int32Array.of(2, 3), offsets: Int32Array.from(offsets) };
    expect(() => readableCells(shifted, contract)).toThrow(`offsets start at ${offsets[0]}; they must start at 0`);
  });

  test('must not be truncated', () => {
    const cut = { inputIds: Int32Array.of(2, 3), offsets: Int32Array.of(0, 2, 4) };
    expect(() => readableCells(cut, contract)).toThrow('offsets end at token 4, but inputIds has 2');
  });
});

test('a selection has its cells in the requested order, and the digest', () => {
  const chosen = selectCells({ ...cells, vocabularyDigest: 'aaaa' }, [2, 0, 2]);
  expect(chosen).toEqual({ ...cellsOf([[9], [2, 3], [9]]), vocabularyDigest: 'aaaa' });
});
