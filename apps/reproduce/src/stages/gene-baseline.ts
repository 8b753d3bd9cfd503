/** Trains and tests a classical classifier in all folds of the genes, for each share of labels. */
import { readSafetensors, type NamedTensor } from '@geneformer-ts/io';
import type { DenseMatrix } from '@geneformer-ts/baselines';
import { z } from 'zod';
import { baselineFold } from '../gene/baseline-folds.js';
import { isSemiSupervised } from '../gene/learn.js';
import { seriesName } from '../results/series.js';
import { readGeneSplit } from '../gene/study-genes.js';
import { concatenate, writePredictions, type Predictions } from '../results/predictions.js';
import { defineStage, from } from '../run/define.js';
import type geneFeatures from './gene-features.js';
import type geneSplit from './gene-split.js';
import { geneBaselineParams, type GeneBaselineParams } from './gene.params.js';

const families: Record<GeneBaselineParams['estimator'], string> = {
  'logistic-regression': 'linear',
  'linear-svm': 'svm',
  'random-forest': 'forest',
  'gradient-boosting': 'boosting',
  'label-propagation': 'graph',
  'label-spreading': 'graph',
  majority: 'floor',
};

export default defineStage({
  name: 'gene-baseline',
  params: z.strictObject({
    /** The name of the model. */
    name: z.string(),
    classifier: geneBaselineParams,
  }),
  inputs: { split: from<typeof geneSplit>(), features: from<typeof geneFeatures>() },
  outputs: { predictions: 'predictions.arrow' },
  cores: 'half',
  async run({ params: { name, classifier: params }, inputs, output, progress, signal }) {
    const split = await readGeneSplit(inputs.split);
    const { tensors } = await readSafetensors(inputs.features.file('features'));
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
    await writePredictions(output.predictions, series);
    return {
      facts: {
        label: params.label,
        family: families[params.estimator],
        learning: isSemiSupervised(params) ? ('semi-supervised' as const) : ('supervised' as const),
      },
      timing: { train: (performance.now() - started) / 1000 },
    };
  },
});

function matrix(tensor: NamedTensor | undefined): DenseMatrix {
  const [rows = 0, cols = 0] = tensor?.shape ?? [];
  return { rows, cols, data: tensor?.data as Float32Array };
}
