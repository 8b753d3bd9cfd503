import { CellsError, VocabularyMismatchError } from './errors.js';

/**
 * Tokenised cells: cell i is `inputIds[offsets[i] … offsets[i + 1])`. A `TokenizedDataset` of the tokenizer package is one.
 */
export interface Cells {
  inputIds: Int32Array;
  /** One more than there are cells, from 0, never falling. */
  offsets: Int32Array;
  /** Digest of the vocabulary the ids are of; checked against the model's when both are known. */
  vocabularyDigest?: string;
}

/** Cells a model can read, and how much of each: its first `lengths[i]` tokens. */
export interface ReadableCells extends Cells {
  lengths: Int32Array;
}

/** What a model demands of cells. */
export interface CellsContract {
  vocabularySize: number;
  vocabularyDigest: string | undefined;
  /** Positions the model has. */
  maxPositions: number;
}

/**
 * Checks that a model can read the cells, and cuts them.
 *
 * @param maxLength tokens read of each cell at most; 0: as many as the model has positions
 * @throws VocabularyMismatchError when both digests are known and differ
 * @throws CellsError when there are no cells, one is empty, or a token id is outside the vocabulary
 */
export function readableCells(cells: Cells, contract: CellsContract, maxLength = 0): ReadableCells {
  const { vocabularyDigest, vocabularySize, maxPositions } = contract;
  if (cells.vocabularyDigest && vocabularyDigest && cells.vocabularyDigest !== vocabularyDigest) {
    throw new VocabularyMismatchError(vocabularyDigest, cells.vocabularyDigest);
  }
  const count = cells.offsets.length - 1;
  if (count < 1) throw new CellsError('there are no cells; check the filters that made this dataset');
  const longest = maxLength > 0 ? Math.min(maxLength, maxPositions) : maxPositions;
  const lengths = new Int32Array(count);
  for (let cell = 0; cell < count; cell++) {
    const length = cells.offsets[cell + 1] - cells.offsets[cell];
    if (length <= 0) {
      throw new CellsError(`cell ${cell} has no tokens; leave out cells without a gene in the vocabulary`, cell);
    }
    lengths[cell] = Math.min(length, longest);
  }
  checkIds(cells, vocabularySize);
  return { inputIds: cells.inputIds, offsets: cells.offsets, lengths };
}

function checkIds({ inputIds, offsets }: Cells, vocabularySize: number): void {
  const end = offsets[offsets.length - 1];
  if (end > inputIds.length) {
    throw new CellsError(`the offsets end at token ${end} of ${inputIds.length}; the dataset is cut off`);
  }
  for (let at = 0; at < end; at++) {
    const id = inputIds[at];
    if (id < 0 || id >= vocabularySize) {
      const cell = offsets.findLastIndex((start) => start <= at);
      throw new CellsError(
        `cell ${cell} holds token ${id} but the model has ids 0 … ${vocabularySize - 1}; ` +
          'tokenise with the vocabulary the model was made for',
        cell,
      );
    }
  }
}

/** The given cells, in the given order, as new arrays: a training fold for example. */
export function selectCells(cells: Cells, rows: Int32Array | readonly number[]): Cells {
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const cell = rows[i];
    offsets[i + 1] = offsets[i] + cells.offsets[cell + 1] - cells.offsets[cell];
  }
  const inputIds = new Int32Array(offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    const cell = rows[i];
    inputIds.set(cells.inputIds.subarray(cells.offsets[cell], cells.offsets[cell + 1]), offsets[i]);
  }
  return cells.vocabularyDigest === undefined
    ? { inputIds, offsets }
    : { inputIds, offsets, vocabularyDigest: cells.vocabularyDigest };
}
