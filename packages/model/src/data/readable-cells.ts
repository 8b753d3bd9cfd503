import { ArgumentError } from '@geneformer-ts/core';
import { CellsError, VocabularyMismatchError } from '../errors.js';
import { type AnyCells, cellLengths, type Cells, type CellStore, isStore } from './cells.js';

/** Checked cells, truncated to the first `lengths[i]` tokens of cell i. */
export interface ReadableCells {
  /** Number of tokens per cell, after truncation. */
  lengths: Int32Array;
  /** Copies these tokens of a cell to `target`, from index `at`. */
  copy(cell: number, target: Int32Array, at: number): void;
  /** Copies the levels of these tokens, log(1 + counts per 10,000); present if the model reads levels. */
  copyLevels?(cell: number, target: Float32Array, at: number): void;
}

/** The requirements of a model on cells. */
export interface CellsContract {
  vocabularySize: number;
  vocabularyDigest: string | undefined;
  /** Number of positions of the model. */
  maxPositions: number;
  /** Whether its vocabulary is known to have neither `<cls>` nor `<eos>`, like V1. */
  lacksClsAndEos?: boolean;
  /** Whether the model reads the levels of genes. */
  readsLevels?: boolean;
}

/**
 * Checks that a model can read the cells, and truncates them.
 *
 * @param maxLength maximum number of tokens per cell; 0: the number of positions of the model
 * @throws ArgumentError for a `maxLength` that is not a whole number, or cells of another type
 * @throws VocabularyMismatchError if both digests are known and differ
 * @throws CellsError without cells, or if one is empty or has a token outside the vocabulary, they look like those of another
 *   vocabulary, or they lack the counts that the model reads
 */
export function readableCells(cells: AnyCells, contract: CellsContract, maxLength = 0): ReadableCells {
  const { vocabularyDigest, vocabularySize, maxPositions } = contract;
  if (!Number.isInteger(maxLength) || maxLength < 0) {
    throw ArgumentError.of('maxLength', maxLength, 'a whole number of at least 1');
  }
  const whole = cellLengths(cells);
  if (cells.vocabularyDigest && vocabularyDigest && cells.vocabularyDigest !== vocabularyDigest) {
    throw new VocabularyMismatchError(vocabularyDigest, cells.vocabularyDigest);
  }
  const longest = maxLength > 0 ? Math.min(maxLength, maxPositions) : maxPositions;
  if (whole.length < 1) throw new CellsError('the dataset has no cells; check its filters');
  const lengths = whole.map((length, cell) => {
    if (length > 0) return Math.min(length, longest);
    throw new CellsError(`cell ${cell} has no tokens; remove cells without a gene of the vocabulary`, cell);
  });
  if (contract.lacksClsAndEos && !cells.vocabularyDigest) refuseClsAndEos(cells, whole);
  const levels = contract.readsLevels === true ? { copyLevels: levelsOf(cells, lengths) } : {};
  if (isStore(cells)) {
    return {
      lengths,
      ...levels,
      copy(cell, target, at) {
        cells.copy(cell, lengths[cell], target, at);
        checkIds(target, at, at + lengths[cell], vocabularySize, () => cell);
      },
    };
  }
  const { inputIds, offsets } = cells;
  const end = offsets[offsets.length - 1];
  if (offsets[0] !== 0) throw new CellsError(`offsets start at ${offsets[0]}; they must start at 0`);
  if (end > inputIds.length) {
    throw new CellsError(
      `offsets end at token ${end}, but inputIds has ${inputIds.length}; the dataset is truncated: read or tokenize it again`,
    );
  }
  checkIds(inputIds, 0, end, vocabularySize, (at) => offsets.findLastIndex((start) => start <= at));
  return {
    lengths,
    ...levels,
    copy(cell, target, at) {
      target.set(inputIds.subarray(offsets[cell], offsets[cell] + lengths[cell]), at);
    },
  };
}

/** Returns the function that copies the levels of a cell. @throws CellsError if the cells have no counts */
function levelsOf(cells: AnyCells, lengths: Int32Array): NonNullable<ReadableCells['copyLevels']> {
  const copyCounts = isStore(cells) ? cells.copyCounts?.bind(cells) : countsInMemory(cells);
  if (!copyCounts) {
    throw new CellsError(
      'the model reads expression levels, but the cells have no counts; tokenize them with keepCounts: true',
    );
  }
  return (cell, target, at) => {
    const end = at + lengths[cell];
    copyCounts(cell, lengths[cell], target, at);
    for (let i = at; i < end; i++) {
      if (!(target[i] >= 0 && target[i] < Infinity)) {
        throw new CellsError(
          `cell ${cell} has count ${target[i]} at token ${i - at}; give numbers of at least 0`,
          cell,
        );
      }
      target[i] = Math.log1p(target[i]);
    }
  };
}

function countsInMemory({ counts, inputIds, offsets }: Cells): CellStore['copyCounts'] {
  if (!counts) return undefined;
  if (counts.length !== inputIds.length) {
    throw new CellsError(`there are ${counts.length} counts for ${inputIds.length} tokens; give one count per token`);
  }
  return (cell, count, target, at) => target.set(counts.subarray(offsets[cell], offsets[cell] + count), at);
}

/** Number of cells inspected for `<cls>` and `<eos>`. The first cell without them ends the search, so a V1 dataset costs one cell. */
const CELLS_INSPECTED = 1000;

/**
 * Refuses cells of V2 for a model of V1. Datasets of Geneformer's own tokenizer do not state their vocabulary, and all ids of V2
 * exist in V1 too. But all cells of V2 start with `<cls>` and end with `<eos>`.
 */
function refuseClsAndEos(cells: AnyCells, lengths: Int32Array): void {
  if (lengths.length === 0) return;
  for (let cell = 0; cell < Math.min(lengths.length, CELLS_INSPECTED); cell++) {
    const ids = wholeCell(cells, cell, lengths[cell]);
    if (ids[0] !== 2 || ids[ids.length - 1] !== 3) return;
  }
  throw new CellsError(
    "every cell starts with token 2 and ends with token 3, V2's <cls> and <eos>, but the model's vocabulary has neither; " +
      'tokenize the cells with the vocabulary of the model',
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
        `cell ${cell} contains token ${id}, but the model has ids 0 … ${vocabularySize - 1}; ` +
          'tokenize the cells with the vocabulary of the model',
        cell,
      );
    }
  }
}

/** Returns the cells in the given rows, without copying. */
export function readableSubset({ lengths, copy, copyLevels }: ReadableCells, rows: Int32Array): ReadableCells {
  return {
    lengths: rows.map((row) => lengths[row]),
    copy: (cell, target, at) => copy(rows[cell], target, at),
    ...(copyLevels && { copyLevels: (cell, target, at) => copyLevels(rows[cell], target, at) }),
  };
}
