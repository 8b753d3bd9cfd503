import { drawToFront, namedRandom } from '@geneformer-ts/core';
import { type AnnData, columnAsStrings } from '@geneformer-ts/io';
import { CellsUnfitError } from '../errors.js';
import type { PerturbOptions } from './perturb-options.js';

/** Cells to perturb, with the state and donor of all tokenized cells. */
export interface SelectedCells {
  /** Indices of tokenized cells, ascending. */
  select: Int32Array;
  /** State of each tokenized cell; absent without a column of states. */
  labels?: (string | null)[];
  /** Names of the states that are measured: goal, start and alternatives. */
  states: string[];
  /** Donor of each tokenized cell; absent without a column of donors. */
  donors?: string[];
}

/** Names the stream of random numbers that draws cells. */
const DRAW = 19;

/**
 * Selects the cells to perturb: those of the start state, and of the rows asked for, that have a donor, or a random part of them.
 *
 * @param rows - row in the file of each tokenized cell
 * @throws FieldMissingError for an unknown column; CellsUnfitError for a state without cells
 */
export function selectedCells(
  cells: AnnData,
  rows: Int32Array,
  { states, donors: donorColumn, rows: wanted, maxCells = Infinity, seed = 0 }: PerturbOptions,
): SelectedCells {
  const column = (name: string): (string | null)[] => {
    const values = columnAsStrings(cells.obs.get(name));
    return Array.from(rows, (row) => values[row] ?? null);
  };
  const donors = donorColumn === undefined ? undefined : column(donorColumn);
  // A cell without a donor could be of any of them.
  const hasDonor = (cell: number): boolean => donors === undefined || (donors[cell] ?? '') !== '';
  const labels = states && column(states.column).map((label, cell) => (hasDonor(cell) ? label : null));
  const names = states ? [states.goal, states.start, ...(states.alternatives ?? [])] : [];
  const measured = [...new Set(names.filter((name) => name !== undefined))];
  for (const name of measured) {
    if (labels?.includes(name)) continue;
    throw new CellsUnfitError(
      cells.path,
      `obs['${states?.column}']`,
      `no cell is '${name}'`,
      'check the name of the state',
    );
  }
  const chosen = wanted && new Set(wanted);
  const isChosen = (cell: number): boolean => chosen === undefined || chosen.has(rows[cell]);
  const eligible = Int32Array.from(rows.keys()).filter(
    (cell) => isChosen(cell) && hasDonor(cell) && (states?.start === undefined || labels?.[cell] === states.start),
  );
  if (eligible.length === 0 && chosen) {
    const problem = 'none is to be perturbed, has a gene that the model knows, and has the donor and state asked for';
    throw new CellsUnfitError(cells.path, 'rows', problem, 'name other rows');
  }
  if (eligible.length === 0) {
    throw new CellsUnfitError(cells.path, `obs['${donorColumn}']`, 'no cell has a donor', 'name another column');
  }
  const count = Math.min(maxCells, eligible.length);
  if (count < eligible.length) drawToFront(eligible, count, namedRandom(seed, DRAW));
  return {
    select: eligible.slice(0, count).sort(),
    states: measured,
    ...(labels && { labels }),
    ...(donors && { donors: donors.map((donor) => donor ?? '') }),
  };
}
