import { ArgumentError } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';

/**
 * Tokenized cells in memory: cell i is `inputIds[offsets[i] … offsets[i + 1])`. A `TokenizedDataset` of the tokenizer package can be
 * used as one.
 */
export interface Cells {
  /** Token ids of all cells. */
  inputIds: Int32Array;
  /** Start of each cell, and the end of the last: ascending from 0, length cells + 1. */
  offsets: Int32Array;
  /** Counts per 10,000 of each token, aligned with `inputIds`; models with `expression_levels` read them. */
  counts?: Float32Array;
  /** Digest of the vocabulary; compared with that of the model if both are known. */
  vocabularyDigest?: string;
  /** Name of each cell; results contain the names too. */
  cellIds?: readonly string[];
}

/** Cells outside memory, copied when a batch needs them. See `openCellStore` of the tokenizer package. */
export interface CellStore {
  /** Number of tokens per cell. */
  lengths: Int32Array;
  /** Copies the first `count` tokens of a cell to `target`, from index `at`. */
  copy(cell: number, count: number, target: Int32Array, at: number): void;
  /** Copies the counts per 10,000 of the first `count` tokens; absent if the store has no counts. */
  copyCounts?(cell: number, count: number, target: Float32Array, at: number): void;
  /** Identifies the cells and their order; a training run can only be resumed with the same digest. */
  digest: string;
  /** Digest of the vocabulary, as in `Cells`. */
  vocabularyDigest?: string;
  /** Name of each cell, as in `Cells`. */
  cellIds?: readonly string[];
}

/** Cells in memory or in a store; all functions accept both. */
export type AnyCells = Cells | CellStore;

/** Returns whether the cells are in a store, not in memory. */
export function isStore(cells: AnyCells): cells is CellStore {
  return 'copy' in cells;
}

/** Returns the number of tokens per cell. @throws ArgumentError unless the cells are in a store or arrays of 32-bit integers */
export function cellLengths(cells: AnyCells): Int32Array {
  if (typeof cells !== 'object' || (cells as unknown) === null) {
    throw ArgumentError.of('cells', cells, 'cells with inputIds and offsets, or a CellStore');
  }
  if (isStore(cells)) return cells.lengths;
  const { offsets, inputIds } = cells;
  for (const [name, array] of Object.entries({ offsets, inputIds })) {
    // The tag and not the class, which differs between realms.
    if (Object.prototype.toString.call(array) === '[object Int32Array]') continue;
    throw new ArgumentError(
      'cells',
      `${name} is not an Int32Array`,
      'read cells with readTokenized, or use Int32Array.from',
    );
  }
  return Int32Array.from({ length: offsets.length - 1 }, (_, cell) => offsets[cell + 1] - offsets[cell]);
}

/**
 * Returns some of the cells in a given order, such as a training fold. Cells in memory are copied, those of a store are not.
 *
 * ```ts
 * const cells = { inputIds: Int32Array.of(5, 9, 4, 7, 7), offsets: Int32Array.of(0, 3, 4, 5) };
 * selectCells(cells, [2, 0]).inputIds; // Int32Array [7, 5, 9, 4]
 * ```
 */
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
      ...(cells.copyCounts && {
        copyCounts: (cell, count, target, at) => cells.copyCounts?.(chosen[cell], count, target, at),
      }),
      digest: sha256(cells.digest + chosen.join()),
      ...kept,
    };
  }
  const { inputIds, offsets, counts } = cells;
  const newOffsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    newOffsets[i + 1] = newOffsets[i] + offsets[rows[i] + 1] - offsets[rows[i]];
  }
  const newIds = new Int32Array(newOffsets[rows.length]);
  const newCounts = counts && new Float32Array(newIds.length);
  for (let i = 0; i < rows.length; i++) {
    const [start, end] = [offsets[rows[i]], offsets[rows[i] + 1]];
    newIds.set(inputIds.subarray(start, end), newOffsets[i]);
    newCounts?.set(counts!.subarray(start, end), newOffsets[i]);
  }
  return { inputIds: newIds, offsets: newOffsets, ...(newCounts && { counts: newCounts }), ...kept };
}

/** Returns the names of the cells, if they have any, as part of a result. */
export function namesOf({ cellIds }: AnyCells): { cellIds?: string[] } {
  return cellIds ? { cellIds: [...cellIds] } : {};
}

/** Returns a digest of the cells and, if given, the labels: equal only for the same data in the same order. */
export function cellsDigest(cells: AnyCells, labels?: Int32Array | Float32Array): string {
  const own = isStore(cells)
    ? cells.digest
    : arraysDigest([cells.inputIds, cells.offsets, ...(cells.counts ? [cells.counts] : [])]);
  return labels ? sha256(own + arraysDigest([labels])) : own;
}

/** Returns a digest of the bytes of some arrays. */
export function arraysDigest(arrays: readonly (Int32Array | Float32Array)[]): string {
  return sha256(arrays.map((a) => sha256(new Uint8Array(a.buffer, a.byteOffset, a.byteLength))).join());
}
