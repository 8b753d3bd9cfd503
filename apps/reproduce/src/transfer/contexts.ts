import { readFile } from 'node:fs/promises';
import { type CsrMatrix, log1pCp10k, rankFeatures, stackRows } from '@geneformer-ts/baselines';
import type { Progress } from '@geneformer-ts/core';
import { type Cells, selectCells } from '@geneformer-ts/model';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { readCounts } from '../data/features.js';
import { locate } from '../data/study-cells.js';
import type { MadeBy } from '../run/define.js';
import type contextSplit from '../stages/context-split.js';
import type dataStage from '../stages/data.js';
import type encode from '../stages/encode.js';
import type shift from '../stages/shift.js';
import type { TransferFeatures } from '../stages/generalization.params.js';
import { type ContextSplit, pick, positionsOf, seenPositions } from './context-split.js';
import { SEEN } from './grid.js';
import { assertApart, type NamedCells } from './leak.js';

/** Reads the cells of a context: unmodified cells from the stages of all cells, disturbed copies from the stages that made them. */

export async function readContextSplit(made: MadeBy<typeof contextSplit>): Promise<ContextSplit> {
  return JSON.parse(await readFile(made.file('split'), 'utf8')) as ContextSplit;
}

/** A tested context, and whether its cells are disturbed copies of held-out cells. */
export interface Tested {
  context: string;
  disturbed: boolean;
}

/** Returns the positions of the cells that a fold tests in a context. */
export function testedPositions(split: ContextSplit, fold: number, { context, disturbed }: Tested): Int32Array {
  return positionsOf(split, fold, disturbed || context === SEEN ? 'seen' : 'shifted');
}

/**
 * Stops a run that would test a model on its training cells.
 * @throws LeakError when a cell or, in the shifted context, a group is in both
 */
export function assertUnseenContext(
  learned: NamedCells,
  split: ContextSplit,
  positions: Int32Array,
  { context, disturbed }: Tested,
  where: string,
): void {
  assertApart(learned, pick(split, positions), { where, groups: !disturbed && context !== SEEN });
}

/** Reads token lists; returns a function that selects them by position in the split. */
export async function readTokens(
  encoded: MadeBy<typeof encode>,
  split: ContextSplit,
): Promise<(positions: Int32Array) => Cells> {
  const folder = encoded.folder('cells');
  const tokenized = await readTokenized(folder);
  return (positions) => selectCells(tokenized, locate(pick(split, positions), tokenized.cellIds, folder));
}

/** The cells that a classical classifier reads: counts or token lists, of all cells and of the disturbed copies. */
export interface ContextCells {
  data: MadeBy<typeof dataStage> | undefined;
  shifted: MadeBy<typeof shift> | undefined;
  encoded: MadeBy<typeof encode> | undefined;
  shiftedTokens: MadeBy<typeof encode> | undefined;
}

/**
 * Reads the features of every cell of the split and, in a disturbed context, those of the disturbed copies below them. Nothing is learned
 * from training cells here.
 *
 * @returns all rows, and a function that returns the rows to test for positions in the split
 */
export async function readContextFeatures(
  features: TransferFeatures,
  split: ContextSplit,
  { disturbed }: Tested,
  { data, shifted, encoded, shiftedTokens }: ContextCells,
  progress: Progress,
): Promise<{ all: CsrMatrix; rowsOf: (positions: Int32Array) => Int32Array }> {
  const everyCell = Int32Array.from(split.rows.keys());
  const seen = seenPositions(split);
  // Disturbed cells are in a separate file, in the order of their positions.
  const read = async (
    positions: Int32Array,
    rows: readonly number[],
    counts: typeof data | typeof shifted,
    tokens: typeof encoded,
  ) => {
    if (features.kind === 'log1p') {
      const { matrix, totals } = await readCounts(counts!.file('cells'), rows, progress);
      return log1pCp10k(matrix, totals);
    }
    const tokensOf = await readTokens(tokens!, split);
    return rankFeatures(tokensOf(positions), encoded!.facts.genes, encoded!.facts.maxLength);
  };
  const undisturbed = await read(everyCell, split.rows, data, encoded);
  if (!disturbed) return { all: undisturbed, rowsOf: (positions) => positions };
  const copies = await read(seen, [...seen.keys()], shifted, shiftedTokens);
  const place = new Map(Array.from(seen, (position, at) => [position, split.rows.length + at]));
  return {
    all: await stackRows([undisturbed, copies]),
    rowsOf: (positions) => positions.map((position) => place.get(position)!),
  };
}
