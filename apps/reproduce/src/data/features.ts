import type { Progress } from '@geneformer-ts/core';
import {
  highlyVariableGenes,
  log1pCp10k,
  rankFeatures,
  selectColumns,
  selectRows,
  StandardScaler,
  type CsrMatrix,
} from '@geneformer-ts/baselines';
import { readTokenized } from '@geneformer-ts/tokenizer';
import type { StageInputs } from '../run/stage.js';
import type { FeatureParams } from '../stages/baseline.params.js';
import { readCounts } from './read-counts.js';
import { locate, type Split } from './study-cells.js';
import { selectCells } from '@geneformer-ts/model';

/** Returns the features of every cell of the split (cells × genes), before anything is learned from training cells. */
export async function readFeatures(
  params: FeatureParams,
  split: Split,
  inputs: StageInputs,
  progress: Progress,
): Promise<CsrMatrix> {
  if (params.kind === 'log1p') {
    const { matrix, totals } = await readCounts(inputs.file('data', 'cells'), split.rows, progress);
    return log1pCp10k(matrix, totals);
  }
  const cells = await readTokenized(inputs.folder('tokenize', 'cells'));
  const rows = locate(split, cells.cellIds, inputs.folder('tokenize', 'cells'));
  return rankFeatures(selectCells(cells, rows), inputs.fact('tokenize', 'genes'), cells.maxLength);
}

/** Returns training and test features of one fold; genes and scales are learned from the training cells alone. */
export function foldFeatures(all: CsrMatrix, params: FeatureParams, train: Int32Array, test: Int32Array) {
  let trainX = selectRows(all, train);
  let testX = selectRows(all, test);
  if (params.kind === 'log1p' && params.highlyVariable !== undefined) {
    const genes = highlyVariableGenes(trainX, params.highlyVariable);
    trainX = selectColumns(trainX, genes);
    testX = selectColumns(testX, genes);
  }
  if (!params.scale) return { trainX, testX };
  const scaler = new StandardScaler().fit(trainX);
  return { trainX: scaler.transform(trainX), testX: scaler.transform(testX) };
}
