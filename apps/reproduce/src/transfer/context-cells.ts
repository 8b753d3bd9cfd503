/** Reads the cells of a context: unmodified cells from the stages of all cells, disturbed copies from the stages that made them. */
import { readFile } from 'node:fs/promises';
import { selectCells, type Cells } from '@geneformer-ts/model';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { locate } from '../data/study-cells.js';
import type { StageInputs } from '../run/stage.js';
import { pick, positionsOf, type ContextSplit } from './context-split.js';
import { SEEN } from './grid.js';
import { assertApart, type NamedCells } from './leak.js';

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
