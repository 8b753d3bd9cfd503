import {
  type CsrMatrix,
  FeaturePipeline,
  type FeatureStep,
  log1pCp10k,
  type Matrix,
  rankFeatures,
  selectRows,
} from '@geneformer-ts/baselines';
import type { Progress } from '@geneformer-ts/core';
import { openAnnData } from '@geneformer-ts/io';
import { selectCells } from '@geneformer-ts/model';
import { readTokenized } from '@geneformer-ts/tokenizer';
import type { MadeBy } from '../run/define.js';
import type { FeatureParams } from '../stages/baseline.params.js';
import type dataStage from '../stages/data.js';
import type tokenizeStage from '../stages/tokenize.js';
import type vectorsStage from '../stages/vectors.js';
import { readMatrix } from './matrix-file.js';
import { locate, type Split } from './study-cells.js';

/** Raw counts of some cells (cells × genes), in the requested order, and the total of each cell over all genes. */
export interface Counts {
  matrix: CsrMatrix;
  totals: Float64Array;
}

/**
 * Reads some rows of a counts file; only these are kept in memory.
 * @param rows row numbers in ascending order
 */
export async function readCounts(file: string, rows: readonly number[], progress: Progress): Promise<Counts> {
  const source = await openAnnData(file);
  try {
    const wanted = new Uint8Array(source.nObs);
    for (const row of rows) wanted[row] = 1;
    const parts: { indices: Int32Array; data: Float32Array }[] = [];
    const indptr = new Int32Array(rows.length + 1);
    const totals = new Float64Array(rows.length);
    let kept = 0;
    for await (const block of source.blocks()) {
      for (let row = 0; row < block.rows; row++) {
        if (!wanted[block.rowStart + row]) continue;
        const [from, to] = [block.indptr[row], block.indptr[row + 1]];
        const data = Float32Array.from(block.data.subarray(from, to));
        parts.push({ indices: block.indices.slice(from, to), data });
        indptr[kept + 1] = indptr[kept] + data.length;
        totals[kept++] = data.reduce((sum, count) => sum + count, 0);
      }
      progress({ stage: 'read', done: block.rowStart + block.rows, total: source.nObs, unit: 'cells' });
    }
    const indices = new Int32Array(indptr[kept]);
    const data = new Float32Array(indptr[kept]);
    parts.forEach((part, row) => {
      indices.set(part.indices, indptr[row]);
      data.set(part.data, indptr[row]);
    });
    return { matrix: { rows: kept, cols: source.nVars, indptr, indices, data }, totals };
  } finally {
    await source.close();
  }
}

/** The tasks that give features. */
export interface FeatureInputs {
  data: MadeBy<typeof dataStage>;
  tokenize: MadeBy<typeof tokenizeStage>;
  vectors?: MadeBy<typeof vectorsStage> | undefined;
}

/** Returns the features of every cell of the split (cells × genes), before anything is learned from training cells. */
export async function readFeatures(
  params: FeatureParams,
  split: Split,
  { data, tokenize, vectors }: FeatureInputs,
  progress: Progress,
): Promise<Matrix> {
  if (params.kind === 'vectors') return readMatrix(vectors!.file('vectors'), 'vectors');
  if (params.kind === 'log1p') {
    const { matrix, totals } = await readCounts(data.file('cells'), split.rows, progress);
    return log1pCp10k(matrix, totals);
  }
  const cells = await readTokenized(tokenize.folder('cells'));
  const rows = locate(split, cells.cellIds, tokenize.folder('cells'));
  return rankFeatures(selectCells(cells, rows), tokenize.facts.genes, cells.maxLength);
}

/** Returns training and test features of one fold; genes and scales are learned from the training cells alone. */
export function foldFeatures(all: Matrix, params: FeatureParams, train: Int32Array, test: Int32Array) {
  const trainX = selectRows(all, train);
  const pipeline = new FeaturePipeline(featureSteps(params)).fit(trainX);
  return { trainX: pipeline.transform(trainX), testX: pipeline.transform(selectRows(all, test)) };
}

/** Returns the steps that are fitted on training cells. */
export function featureSteps(params: FeatureParams): FeatureStep[] {
  const genes = params.kind === 'log1p' ? params.highlyVariable : undefined;
  return [
    ...(genes === undefined ? [] : [{ step: 'highly-variable-genes', n: genes } as const]),
    ...(params.scale ? [{ step: 'standard-scaler' } as const] : []),
  ];
}
