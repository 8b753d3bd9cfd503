import { sha256 } from '@geneformer-ts/core/node';

/**
 * Tokenised cells: cell i is `inputIds[offsets[i] … offsets[i + 1])`. A `TokenizedDataset` of the tokenizer package is one.
 */
export interface Cells {
  inputIds: Int32Array;
  /** One more than there are cells, from 0, never falling. */
  offsets: Int32Array;
  /** Digest of the vocabulary the ids are of; checked against the model's when both are known. */
  vocabularyDigest?: string;
  /** Name of each cell, handed on with results. */
  cellIds?: readonly string[];
}

/** Cells kept elsewhere than in memory, and copied out when a batch needs them: see `openCellStore`. */
export interface CellStore {
  /** Tokens of each cell. */
  lengths: Int32Array;
  /** Copies the first `count` tokens of a cell to `target`, from `at` on. */
  copy(cell: number, count: number, target: Int32Array, at: number): void;
  /** Differs for other cells or another order; a run is only gone on with over the same. */
  digest: string;
  vocabularyDigest?: string;
  cellIds?: readonly string[];
}

/** Cells in memory or in a store: everything that reads cells takes both. */
export type AnyCells = Cells | CellStore;

/** Whether the cells are in a store rather than in memory. */
export function isStore(cells: AnyCells): cells is CellStore {
  return 'copy' in cells;
}

/** Tokens of each cell. */
export function cellLengths(cells: AnyCells): Int32Array {
  if (isStore(cells)) return cells.lengths;
  const { offsets } = cells;
  return Int32Array.from({ length: offsets.length - 1 }, (_, cell) => offsets[cell + 1] - offsets[cell]);
}

/** The given cells, in the given order: a training fold for example. Cells in memory are copied, those of a store are not. */
export function selectCells<T extends AnyCells>(
  cells: T,
  rows: Int32Array | readonly number[],
): T extends CellStore ? CellStore : Cells;
export function selectCells(cells: AnyCells, rows: Int32Array | readonly number[]): AnyCells {
  const { vocabularyDigest, cellIds } = cells;
  const kept = {
    ...(vocabularyDigest !== undefined && { vocabularyDigest }),
    ...(cellIds && { cellIds: Array.from(rows, (row) => cellIds[row]) }),
  };
  if (isStore(cells)) {
    const chosen = Int32Array.from(rows);
    return {
      lengths: chosen.map((row) => cells.lengths[row]),
      copy: (cell, count, target, at) => cells.copy(chosen[cell], count, target, at),
      digest: sha256(cells.digest + chosen.join()),
      ...kept,
    };
  }
  const { inputIds, offsets } = cells;
  const newOffsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    newOffsets[i + 1] = newOffsets[i] + offsets[rows[i] + 1] - offsets[rows[i]];
  }
  const newIds = new Int32Array(newOffsets[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    newIds.set(inputIds.subarray(offsets[rows[i]], offsets[rows[i] + 1]), newOffsets[i]);
  }
  return { inputIds: newIds, offsets: newOffsets, ...kept };
}

/** The names of the cells, where they have some, as a part of a result. */
export function namesOf({ cellIds }: AnyCells): { cellIds?: string[] } {
  return cellIds ? { cellIds: [...cellIds] } : {};
}

/** Digest of which tokens are in which cell (and of labels, when given): equal only for the same data in the same order. */
export function cellsDigest(cells: AnyCells, labels?: Int32Array | Float32Array): string {
  const own = isStore(cells) ? cells.digest : arraysDigest([cells.inputIds, cells.offsets]);
  return labels ? sha256(own + arraysDigest([labels])) : own;
}

export function arraysDigest(arrays: readonly (Int32Array | Float32Array)[]): string {
  return sha256(arrays.map((a) => sha256(new Uint8Array(a.buffer, a.byteOffset, a.byteLength))).join());
}
