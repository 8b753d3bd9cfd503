/** Trains a classical classifier on the training cells of every fold and tests it in one context. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { foldFeatures } from '../data/features.js';
import { labelBudget } from '../data/labeled-cells.js';
import { families, makeClassifier } from '../data/classifiers.js';
import { concatenate, writePredictions, type Predictions } from '../results/predictions.js';
import type { Stage } from '../run/stage.js';
import { assertUnseenContext, readContextFeatures, readContextSplit, testedPositions } from '../transfer/contexts.js';
import { pick, positionsOf } from '../transfer/context-split.js';
import { predictionsOf } from '../transfer/transfer-metrics.js';
import { seriesName } from '../transfer/grid.js';
import type { TransferBaselineParams } from './generalization.params.js';
import type { Budget } from './cell.params.js';

export interface ClassicalStageParams {
  baseline: TransferBaselineParams;
  budget: Budget;
  context: string;
  /** Whether the cells are disturbed copies of the held-out ones. */
  disturbed: boolean;
}

const stage: Stage<ClassicalStageParams> = {
  async run({ identity, params, inputs, scratch, progress, signal }) {
    await mkdir(scratch, { recursive: true });
    const { baseline, budget, context } = params;
    const model = identity.words[1] ?? '';
    const split = await readContextSplit(inputs);
    const { all, rowsOf } = await readContextFeatures(baseline.features, split, params, inputs, progress);
    const parts: Predictions[] = [];
    const timing = { train: 0, predict: 0 };
    let trainCells = 0;
    for (let fold = 0; fold < split.nFolds; fold++) {
      signal.throwIfAborted();
      const train = labelBudget(split, positionsOf(split, fold, 'train'), budget.percent, budget.seed + fold);
      const test = testedPositions(split, fold, params);
      assertUnseenContext(pick(split, train), split, test, params, `${model}, fold ${fold}, ${context}`);
      trainCells += train.length;
      const started = performance.now();
      const { trainX, testX } = foldFeatures(all, baseline.features, train, rowsOf(test));
      const classifier = await makeClassifier(baseline, progress);
      const labels = train.map((position) => split.labels[position]);
      classifier.fit(trainX, labels, split.classes.length);
      const fitted = performance.now();
      parts.push(predictionsOf(split, test, fold, classifier.predictProba(testX)));
      timing.train += (fitted - started) / 1000;
      timing.predict += (performance.now() - fitted) / 1000;
      progress({ stage: 'folds', done: fold + 1, total: split.nFolds, unit: 'folds' });
      await new Promise(setImmediate); // lets a pending signal be handled
    }
    const file = path.join(scratch, 'predictions.arrow');
    await writePredictions(file, new Map([[seriesName(model, budget.percent, context), concatenate(parts)]]));
    return {
      outputs: { predictions: file },
      facts: {
        model,
        label: baseline.label,
        family: families[baseline.estimator],
        percent: budget.percent,
        context,
        trainCells: Math.round(trainCells / split.nFolds),
      },
      timing,
    };
  },
};
export default stage;
