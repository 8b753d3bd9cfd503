/** Where the stages find the cells of a context: undisturbed ones where all cells are, disturbed ones where they were made. */
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

/** What is tested: a context, and whether its cells are disturbed copies of the held-out ones. */
export interface Tested {
  context: string;
  disturbed: boolean;
}

/** Positions of the cells that a fold tests in a context. */
export function testedPositions(split: ContextSplit, fold: number, { context, disturbed }: Tested): Int32Array {
  return positionsOf(split, fold, disturbed || context === SEEN ? 'seen' : 'shifted');
}

/**
 * Stops a run that would test what was learned from.
 * @throws LeakError
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

/** The stage that lists the cells of a context in an encoding. */
export function encodedStage(encoding: string, { context, disturbed }: Tested): string {
  return disturbed ? `encode-${encoding}-${context}` : `encode-${encoding}`;
}

/** Reads the token lists that a stage left, to be asked for by position in the split. */
export async function readTokens(
  inputs: StageInputs,
  stage: string,
  split: ContextSplit,
): Promise<(positions: Int32Array) => Cells> {
  const folder = inputs.folder(stage, 'cells');
  const tokenized = await readTokenized(folder);
  return (positions) => selectCells(tokenized, locate(pick(split, positions), tokenized.cellIds, folder));
}
