/**
 * Trains and tests a classifier in all folds, on the same cells and folds as every other model. Its features are counts, ranks, or the vectors of
 * cells from the pretrained model.
 */
import type { Progress } from '@geneformer-ts/core';
import { z } from 'zod';
import { foldFeatures, readFeatures } from '../data/features.js';
import { chooseSettings, type ChosenSettings, families, makeClassifier } from '../data/classifiers.js';
import { partition, readSplit } from '../data/study-cells.js';
import { concatenate, writePredictions, type Predictions } from '../results/predictions.js';
import { defineStage, from, optional } from '../run/define.js';
import { baselineParams } from './baseline.params.js';
import type data from './data.js';
import type splitStage from './split.js';
import type tokenize from './tokenize.js';
import type vectors from './vectors.js';

export default defineStage({
  name: 'classify',
  params: z.strictObject({
    /** The name of the model. */
    name: z.string(),
    classifier: baselineParams,
  }),
  inputs: {
    data: from<typeof data>(),
    split: from<typeof splitStage>(),
    tokenize: from<typeof tokenize>(),
    /** Only for classifiers that read them. */
    vectors: optional<typeof vectors>(),
  },
  outputs: { predictions: 'predictions.arrow' },
  cores: 'half',
  async run({ params: { name, classifier: params }, inputs, output, progress, signal }) {
    const split = await readSplit(inputs.split);
    const all = await readFeatures(params.features, split, inputs, progress);
    const labels = Int32Array.from(split.labels);
    let trainCells = 0;
    const isFrozen = params.features.kind === 'vectors';
    const chosen: ChosenSettings[] = [];
    const timing = { train: 0, predict: 0 };
    const parts: Predictions[] = [];
    for (let fold = 0; fold < split.nFolds; fold++) {
      signal.throwIfAborted();
      const { train, test } = partition(split, fold);
      trainCells += train.length;
      const started = performance.now();
      const within = foldProgress(progress, fold, split.nFolds);
      const found = await chooseSettings(params, all, split, train, within);
      if (found.chosen) chosen.push({ fold, ...found.chosen });
      const { trainX, testX } = foldFeatures(all, params.features, train, test);
      const classifier = await makeClassifier(found.params, within);
      classifier.fit(
        trainX,
        Int32Array.from(train, (cell) => labels[cell]),
        split.classes.length,
      );
      const fitted = performance.now();
      const probabilities = Float64Array.from(classifier.predictProba(testX));
      timing.train += (fitted - started) / 1000;
      timing.predict += (performance.now() - fitted) / 1000;
      parts.push({
        classes: split.classes,
        cellIds: Array.from(test, (cell) => split.cellIds[cell]),
        groups: Array.from(test, (cell) => split.groups[cell]),
        folds: new Int32Array(test.length).fill(fold),
        truth: Int32Array.from(test, (cell) => labels[cell]),
        probabilities,
      });
      progress({ stage: 'folds', done: fold + 1, total: split.nFolds, unit: 'folds' });
      await new Promise(setImmediate); // lets a pending signal be handled
    }
    await writePredictions(output.predictions, new Map([[name, concatenate(parts)]]));
    return {
      facts: {
        label: params.label,
        ...(isFrozen ? { family: 'transformer', init: 'pretrained' as const } : { family: families[params.estimator] }),
        trainCells,
        ...(chosen.length ? { chosen } : {}),
      },
      timing,
    };
  },
});

/** Reports the progress within a fold as part of the progress over all folds. */
function foldProgress(progress: Progress, fold: number, folds: number): Progress {
  return ({ done, total, unit }) =>
    progress({
      stage: 'folds',
      done: fold + done / total,
      total: folds,
      unit: 'folds',
      detail: `${done}/${total} ${unit}`,
    });
}
