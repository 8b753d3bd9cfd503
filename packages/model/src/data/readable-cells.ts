import { CellsError, VocabularyMismatchError } from '../errors.js';
import { type AnyCells, cellLengths, isStore } from './cells.js';

/** Cells a model can read, and how much of each: its first `lengths[i]` tokens. */
export interface ReadableCells {
  lengths: Int32Array;
  /** Copies those tokens to `target`, from `at` on. */
  copy(cell: number, target: Int32Array, at: number): void;
}

/** What a model demands of cells. */
export interface CellsContract {
  vocabularySize: number;
  vocabularyDigest: string | undefined;
  /** Positions the model has. */
  maxPositions: number;
  /** Whether its vocabulary is known to have neither `<cls>` nor `<eos>`, as V1. */
  lacksClsAndEos?: boolean;
}

/**
 * Checks that a model can read the cells, and cuts them.
 *
 * @param maxLength tokens read of each cell at most; 0: as many as the model has positions
 * @throws VocabularyMismatchError when both digests are known and differ
 * @throws CellsError when there are no cells, they look like those of another vocabulary, one is empty, or a token id is outside the vocabulary
 */
export function readableCells(cells: AnyCells, contract: CellsContract, maxLength = 0): ReadableCells {
  const { vocabularyDigest, vocabularySize, maxPositions } = contract;
  if (cells.vocabularyDigest && vocabularyDigest && cells.vocabularyDigest !== vocabularyDigest) {
    throw new VocabularyMismatchError(vocabularyDigest, cells.vocabularyDigest);
  }
  const longest = maxLength > 0 ? Math.min(maxLength, maxPositions) : maxPositions;
  const whole = cellLengths(cells);
  if (whole.length < 1) throw new CellsError('there are no cells; check the filters that made this dataset');
  const lengths = whole.map((length, cell) => {
    if (length > 0) return Math.min(length, longest);
    throw new CellsError(`cell ${cell} has no tokens; leave out cells without a gene in the vocabulary`, cell);
  });
  if (contract.lacksClsAndEos && !cells.vocabularyDigest) refuseClsAndEos(cells, whole);
  if (isStore(cells)) {
    return {
      lengths,
      copy(cell, target, at) {
        cells.copy(cell, lengths[cell], target, at);
        checkIds(target, at, at + lengths[cell], vocabularySize, () => cell);
      },
    };
  }
  const { inputIds, offsets } = cells;
  const end = offsets[offsets.length - 1];
  if (end > inputIds.length) {
    throw new CellsError(`the offsets end at token ${end} of ${inputIds.length}; the dataset is cut off`);
  }
  checkIds(inputIds, 0, end, vocabularySize, (at) => offsets.findLastIndex((start) => start <= at));
  return {
    lengths,
    copy(cell, target, at) {
      target.set(inputIds.subarray(offsets[cell], offsets[cell] + lengths[cell]), at);
    },
  };
}

/** Number of cells inspected for `<cls>` and `<eos>`. The first cell without them ends the search, so a V1 dataset costs one cell. */
const CELLS_INSPECTED = 1000;

/**
 * Datasets written by upstream do not say which vocabulary they are of, and every id of V2 is one of V1: what gives V2's cells away is
 * that all of them begin with `<cls>` and end with `<eos>`.
 */
function refuseClsAndEos(cells: AnyCells, lengths: Int32Array): void {
  if (lengths.length === 0) return;
  for (let cell = 0; cell < Math.min(lengths.length, CELLS_INSPECTED); cell++) {
    const ids = wholeCell(cells, cell, lengths[cell]);
    if (ids[0] !== 2 || ids[ids.length - 1] !== 3) return;
  }
  throw new CellsError(
    "every cell begins with token 2 and ends with token 3, V2's <cls> and <eos>, but the model's vocabulary has neither; " +
      'tokenise with the vocabulary the model was made for',
  );
}

function wholeCell(cells: AnyCells, cell: number, length: number): Int32Array {
  if (!isStore(cells)) return cells.inputIds.subarray(cells.offsets[cell], cells.offsets[cell + 1]);
  const ids = new Int32Array(length);
  cells.copy(cell, length, ids, 0);
  return ids;
}

function checkIds(
  ids: Int32Array,
  start: number,
  end: number,
  vocabularySize: number,
  cellAt: (at: number) => number,
): void {
  for (let at = start; at < end; at++) {
    const id = ids[at];
    if (id < 0 || id >= vocabularySize) {
      const cell = cellAt(at);
      throw new CellsError(
        `cell ${cell} holds token ${id} but the model has ids 0 … ${vocabularySize - 1}; ` +
          'tokenise with the vocabulary the model was made for',
        cell,
      );
    }
  }
}

/** The cells in the given rows, without copying. */
export function readableSubset({ lengths, copy }: ReadableCells, rows: Int32Array): ReadableCells {
  return {
    lengths: rows.map((row) => lengths[row]),
    copy: (cell, target, at) => copy(rows[cell], target, at),
  };
}
