/** Measures the vectors of cells and classifiers on genes at several numbers of labels, each with several draws of the labels. */
import type { DenseMatrix, Matrix } from '@geneformer-ts/baselines';
import { namedRandom } from '@geneformer-ts/core';
import { selectCells } from '@geneformer-ts/model';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { writeFile } from 'node:fs/promises';
import { type CurvePoint, type CurveRow, measureCurve } from '../curve/measure-curve.js';
import { readFeatures } from '../data/features.js';
import { levelsOf, linearScores } from '../data/linear-vectors.js';
import { readMatrix } from '../data/matrix-file.js';
import { locate, readSplit } from '../data/study-cells.js';
import { defineStage, from } from '../run/define.js';
import type dataStage from './data.js';
import { labelCurveParams } from './label-curve.params.js';
import type linearModel from './linear-model.js';
import { readLinearModel } from './linear-model.js';
import type splitStage from './split.js';
import type tokenize from './tokenize.js';
import type vectorsStage from './vectors.js';

/** `label-curve.json`: macro F1 by number of labels. */
export interface LabelCurve {
  draws: number;
  rows: { name: string; label: string; points: CurvePoint[] }[];
}

export default defineStage({
  name: 'label-curve',
  params: labelCurveParams,
  inputs: {
    data: from<typeof dataStage>(),
    split: from<typeof splitStage>(),
    tokenize: from<typeof tokenize>(),
    linear: from<typeof linearModel>(),
    vectors: from<typeof vectorsStage>(),
  },
  outputs: { 'published/label-curve.json': 'label-curve.json' },
  cores: 'half',
  async run({ params, inputs, output, progress, signal }) {
    const split = await readSplit(inputs.split);
    const tokenized = await readTokenized(inputs.tokenize.folder('cells'));
    const cells = selectCells(tokenized, locate(split, tokenized.cellIds, inputs.tokenize.folder('cells')));
    const levels = levelsOf(cells, inputs.tokenize.facts.genes);
    // Classifiers on genes read all counts, also of genes beyond the maximum length of the token lists.
    const genes = await readFeatures({ kind: 'log1p', scale: false }, split, inputs, progress);
    const linear = await readLinearModel(inputs.linear);
    const vectors = await readMatrix(inputs.vectors.file('vectors'), 'vectors');
    const onVectors = (label: string, all: Matrix): CurveRow => ({
      label,
      all,
      features: { kind: 'vectors', scale: true },
      classifier: 'logistic-regression',
    });
    const onGenes = (label: string, more?: Partial<CurveRow>): CurveRow => ({
      label,
      all: genes,
      features: { kind: 'log1p', scale: false },
      classifier: 'logistic-regression',
      ...more,
    });
    const sources: Record<(typeof params.rows)[number], () => CurveRow> = {
      geneformer: () => onVectors('Geneformer, frozen', vectors),
      linear: () => onVectors('Linear model, same unlabeled cells', linearScores(levels, linear)),
      'random-vectors': () =>
        onVectors('Random gene vectors', linearScores(levels, randomVectors(linear, params.seed))),
      genes: () => onGenes('Logistic regression on genes'),
      'genes-scaled': () =>
        onGenes('Logistic regression, 2,000 scaled genes', {
          features: { kind: 'log1p', highlyVariable: 2000, scale: true },
        }),
      boosting: () =>
        onGenes('Gradient boosting, 2,000 genes', {
          features: { kind: 'log1p', highlyVariable: 2000, scale: false },
          classifier: 'gradient-boosting',
        }),
    };
    const rows: LabelCurve['rows'] = [];
    const total = params.rows.length * split.nFolds;
    let done = 0;
    for (const name of params.rows) {
      const row = sources[name]();
      const points = await measureCurve(row, split, params, async () => {
        signal.throwIfAborted();
        progress({ stage: 'label curve', done: ++done, total, unit: 'folds', detail: row.label });
        await new Promise(setImmediate); // lets a pending signal be handled
      });
      rows.push({ name, label: row.label, points });
    }
    const curve: LabelCurve = { draws: params.draws, rows };
    await writeFile(output['published/label-curve.json'], JSON.stringify(curve, null, 2) + '\n');
    return { facts: { rows: rows.length } };
  },
});

/** Returns random vectors of genes in the shape of others: the floor of all that is pretrained. */
function randomVectors({ rows, cols }: DenseMatrix, seed: number): DenseMatrix {
  const random = namedRandom(seed, 32);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => random() - 0.5) };
}
