import { readFile } from 'node:fs/promises';
import { type CsrMatrix, log1pCp10k, rankFeatures, stackRows } from '@geneformer-ts/baselines';
import type { Progress } from '@geneformer-ts/core';
import { type Cells, selectCells } from '@geneformer-ts/model';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { readCounts } from '../data/features.js';
import { locate } from '../data/study-cells.js';
import type { StageInputs } from '../run/stage.js';
import type { TransferFeatures } from '../stages/generalization.params.js';
import { type ContextSplit, pick, positionsOf, seenPositions } from './context-split.js';
import { SEEN } from './grid.js';
import { assertApart, type NamedCells } from './leak.js';

/** Reads the cells of a context: unmodified cells from the stages of all cells, disturbed copies from the stages that made them. */

export async function readContextSplit(inputs: StageInputs): Promise<ContextSplit> {
  return JSON.parse(await readFile(inputs.file('context-split', 'split'), 'utf8')) as ContextSplit;
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

/** Returns the name of the stage that encodes the cells of a context. */
export function encodedStage(encoding: string, { context, disturbed }: Tested): string {
  return disturbed ? `encode-${encoding}-${context}` : `encode-${encoding}`;
}

/** Reads the token lists of a stage; returns a function that selects them by position in the split. */
export async function readTokens(
  inputs: StageInputs,
  stage: string,
  split: ContextSplit,
): Promise<(positions: Int32Array) => Cells> {
  const folder = inputs.folder(stage, 'cells');
  const tokenized = await readTokenized(folder);
  return (positions) => selectCells(tokenized, locate(pick(split, positions), tokenized.cellIds, folder));
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
  tested: Tested,
  inputs: StageInputs,
  progress: Progress,
): Promise<{ all: CsrMatrix; rowsOf: (positions: Int32Array) => Int32Array }> {
  const everyCell = Int32Array.from(split.rows.keys());
  const seen = seenPositions(split);
  const undisturbed = await read(features, split, everyCell, { ...tested, disturbed: false }, inputs, progress);
  if (!tested.disturbed) return { all: undisturbed, rowsOf: (positions) => positions };
  const copies = await read(features, split, seen, tested, inputs, progress);
  const place = new Map(Array.from(seen, (position, at) => [position, split.rows.length + at]));
  return {
    all: await stackRows([undisturbed, copies]),
    rowsOf: (positions) => positions.map((position) => place.get(position)!),
  };
}

async function read(
  features: TransferFeatures,
  split: ContextSplit,
  positions: Int32Array,
  tested: Tested,
  inputs: StageInputs,
  progress: Progress,
): Promise<CsrMatrix> {
  if (features.kind === 'log1p') {
    // Disturbed cells are in a separate file, in the order of their positions.
    const file = inputs.file(tested.disturbed ? `shift-${tested.context}` : 'data', 'cells');
    const rows = tested.disturbed ? [...positions.keys()] : Array.from(positions, (at) => split.rows[at]);
    const { matrix, totals } = await readCounts(file, rows, progress);
    return log1pCp10k(matrix, totals);
  }
  const { encoding } = features;
  const tokensOf = await readTokens(inputs, encodedStage(encoding, tested), split);
  const maxLength = inputs.fact<number>(`encode-${encoding}`, 'maxLength');
  return rankFeatures(tokensOf(positions), inputs.fact(`encode-${encoding}`, 'genes'), maxLength);
}
