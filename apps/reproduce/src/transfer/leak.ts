import { LeakError } from '../errors.js';

/** Cells by name, and what each belongs to: a donor, a plate. */
export interface NamedCells {
  cellIds: readonly string[];
  groups: readonly string[];
}

/**
 * Stops a run whose model has learned from a cell that it is about to be tested on, or from another of its group where the test is of
 * groups that were not seen.
 *
 * @throws LeakError naming the cells or groups
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
 * Stops a run whose corpus holds a cell of the study. Ids do not tell (two simulations name cells alike), so cells are compared by the
 * set of their genes; sets of few genes may be equal by chance and are left out.
 *
 * @throws LeakError naming the cells
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
