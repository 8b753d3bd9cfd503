/** Trains and tests a classical classifier in all folds of the genes, for each share of labels. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensors, type NamedTensor } from '@geneformer-ts/io';
import type { DenseMatrix } from '@geneformer-ts/baselines';
import { baselineFold } from '../gene/baseline-folds.js';
import { isSemiSupervised } from '../gene/learn.js';
import { seriesName } from '../gene/labels.js';
import { readGeneSplit } from '../gene/study-genes.js';
import { concatenate, writePredictions, type Predictions } from '../results/predictions.js';
import type { Stage } from '../run/stage.js';
import type { GeneBaselineParams } from './gene.params.js';

const families: Record<GeneBaselineParams['estimator'], string> = {
  'logistic-regression': 'linear',
  'linear-svm': 'svm',
  'random-forest': 'forest',
  'gradient-boosting': 'boosting',
  'label-propagation': 'graph',
  'label-spreading': 'graph',
  majority: 'floor',
};

const stage: Stage<GeneBaselineParams> = {
  async run({ identity, params, inputs, scratch, progress, signal }) {
    await mkdir(scratch, { recursive: true });
    const [, name = ''] = identity.words;
    const split = await readGeneSplit(inputs);
    const { tensors } = await readSafetensors(inputs.file('gene-features', 'features'));
    const matrices = { levels: matrix(tensors.get('levels')), ranks: matrix(tensors.get('ranks')) };
    const series = new Map<string, Predictions>();
    const started = performance.now();
    const total = params.coverage.length * split.nFolds;
    for (const share of params.coverage) {
      const parts: Predictions[] = [];
      for (let fold = 0; fold < split.nFolds; fold++) {
        signal.throwIfAborted();
        parts.push(await baselineFold(params, split, matrices, fold, share));
        const done = series.size * split.nFolds + fold + 1;
        progress({ stage: 'folds', done, total, unit: 'folds' });
        await new Promise(setImmediate); // lets a pending signal be handled
      }
      series.set(seriesName(name, share), concatenate(parts));
    }
    const file = path.join(scratch, 'predictions.arrow');
    await writePredictions(file, series);
    return {
      outputs: { predictions: file },
      facts: {
        label: params.label,
        family: families[params.estimator],
        learning: isSemiSupervised(params) ? 'semi-supervised' : 'supervised',
      },
      timing: { train: (performance.now() - started) / 1000 },
    };
  },
};
export default stage;

function matrix(tensor: NamedTensor | undefined): DenseMatrix {
  const [rows = 0, cols = 0] = tensor?.shape ?? [];
  return { rows, cols, data: tensor?.data as Float32Array };
}
