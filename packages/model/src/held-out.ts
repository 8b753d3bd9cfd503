import { type AnyCells, readableCells, type ReadableCells } from './cells.js';
import { LabelError } from './errors.js';
import type { BertModel } from './model.js';

/**
 * Held-out cells and what is known of them, checked before a run begins: what is wrong with them is told now rather than when they are
 * first looked at, which may be at the end.
 *
 * @param check throws when what is known does not fit the cells
 * @returns null when there are none
 * @throws LabelError when one is given without the other
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 */
export function heldOut<T>(
  model: BertModel,
  cells: AnyCells | undefined,
  known: T | undefined,
  maxLength: number,
  check: (readable: ReadableCells, known: T) => void,
): { cells: AnyCells; known: T } | null {
  if (!cells && !known) return null;
  if (!cells || !known) {
    throw new LabelError(`held-out ${cells ? 'cells have no labels' : 'labels have no cells'}; give both or neither`);
  }
  check(readableCells(cells, model.cellsContract, maxLength), known);
  return { cells, known };
}
