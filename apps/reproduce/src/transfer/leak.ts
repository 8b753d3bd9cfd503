import { LeakError } from '../errors.js';

/** Ids of cells, and the group of each: a donor, a plate. */
export interface NamedCells {
  cellIds: readonly string[];
  groups: readonly string[];
}

/**
 * Stops a run whose model was trained on a cell that it is tested on or, where groups are held out, on another cell of its group.
 *
 * @throws LeakError with the names of the cells or groups
 */
export function assertApart(
  learned: NamedCells,
  tested: NamedCells,
  { where, groups }: { where: string; groups: boolean },
): void {
  refuse(where, learned.cellIds, tested.cellIds, 'cells');
  if (groups) refuse(where, learned.groups, tested.groups, 'groups');
}

function refuse(where: string, learned: readonly string[], tested: readonly string[], what: string): void {
  const held = new Set(tested);
  const leaked = [...new Set(learned)].filter((name) => held.has(name));
  if (leaked.length) throw new LeakError(where, leaked, what);
}

/**
 * Stops a run whose corpus contains a cell of the study. Ids are not enough (two simulations use the same ids), so cells are compared by the
 * set of their genes; small sets may be equal by chance and are ignored.
 *
 * @throws LeakError with the ids of the cells
 */
export function assertCorpusApart(cells: TokenLists, corpus: TokenLists, where: string): void {
  const known = new Set(geneSets(corpus).keys());
  const leaked = [...geneSets(cells)].flatMap(([genes, cellId]) => (known.has(genes) ? [cellId] : []));
  if (leaked.length) throw new LeakError(where, leaked, 'cells');
}

interface TokenLists {
  inputIds: Int32Array;
  offsets: Int32Array;
  cellIds: readonly string[];
}

const FEW = 32;

function geneSets({ inputIds, offsets, cellIds }: TokenLists): Map<string, string> {
  return new Map(
    cellIds.flatMap((cellId, cell): [string, string][] => {
      const tokens = inputIds.slice(offsets[cell], offsets[cell + 1]).sort();
      return tokens.length < FEW ? [] : [[tokens.join(), cellId]];
    }),
  );
}
