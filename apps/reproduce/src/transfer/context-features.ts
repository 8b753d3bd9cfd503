import type { Progress } from '@geneformer-ts/core';
import { log1pCp10k, rankFeatures, stackRows, type CsrMatrix } from '@geneformer-ts/baselines';
import { readCounts } from '../data/read-counts.js';
import type { StageInputs } from '../run/stage.js';
import type { TransferFeatures } from '../stages/generalization.params.js';
import { encodedStage, readTokens, type Tested } from './context-cells.js';
import { seenPositions, type ContextSplit } from './context-split.js';

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
