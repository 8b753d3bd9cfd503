/** Trains a classical classifier on the training cells of every fold and tests it in one context. */
import { z } from 'zod';
import { foldFeatures } from '../data/features.js';
import { labelBudget } from '../data/labeled-cells.js';
import { families, makeClassifier } from '../data/classifiers.js';
import { concatenate, writePredictions, type Predictions } from '../results/predictions.js';
import { defineStage, from, optional } from '../run/define.js';
import { assertUnseenContext, readContextFeatures, readContextSplit, testedPositions } from '../transfer/contexts.js';
import { pick, positionsOf } from '../transfer/context-split.js';
import { predictionsOf } from '../transfer/transfer-metrics.js';
import { seriesName } from '../transfer/grid.js';
import { budgetParams } from './cell.params.js';
import type contextSplit from './context-split.js';
import type dataStage from './data.js';
import type encode from './encode.js';
import { transferBaselineParams } from './generalization.params.js';
import type shift from './shift.js';

export default defineStage({
  name: 'classical',
  params: z.strictObject({
    /** The name of the model. */
    model: z.string(),
    baseline: transferBaselineParams,
    budget: budgetParams,
    context: z.string(),
    /** Whether the cells are disturbed copies of the held-out ones. */
    disturbed: z.boolean(),
  }),
  inputs: {
    split: from<typeof contextSplit>(),
    data: optional<typeof dataStage>(),
    shifted: optional<typeof shift>(),
    encoded: optional<typeof encode>(),
    shiftedTokens: optional<typeof encode>(),
  },
  outputs: { predictions: 'predictions.arrow' },
  cores: 'half',
  async run({ params, inputs, output, progress, signal }) {
    const { model, baseline, budget, context } = params;
    const split = await readContextSplit(inputs.split);
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
    await writePredictions(
      output.predictions,
      new Map([[seriesName(model, budget.percent, context), concatenate(parts)]]),
    );
    return {
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
});
