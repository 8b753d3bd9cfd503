/** Tests one model of the grid in one context; the cells of each fold are predicted by the model of that fold. */
import { BertForSequenceClassification, predict } from '@geneformer-ts/model';
import { z } from 'zod';
import { readJson } from '../figures/page.js';
import { concatenate, writePredictions, type Predictions } from '../results/predictions.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from, many } from '../run/define.js';
import { assertUnseenContext, readContextSplit, readTokens, testedPositions } from '../transfer/contexts.js';
import { predictionsOf } from '../transfer/transfer-metrics.js';
import { seriesName } from '../transfer/grid.js';
import type { NamedCells } from '../transfer/leak.js';
import type contextSplit from './context-split.js';
import type encode from './encode.js';
import type learn from './learn.js';

export default defineStage({
  name: 'score',
  params: z.strictObject({
    /** The name of the model: its encoding and its start. */
    model: z.string(),
    encoding: z.string(),
    start: z.string(),
    label: z.string(),
    percent: z.number(),
    context: z.string(),
    /** Whether the cells are disturbed copies of the held-out ones. */
    disturbed: z.boolean(),
  }),
  /** `learned`: the model of each fold. */
  inputs: { split: from<typeof contextSplit>(), tokens: from<typeof encode>(), learned: many<typeof learn>() },
  outputs: { predictions: 'predictions.arrow' },
  cores: 'half',
  computes: true,
  async run({ params, inputs, output, cores, progress, signal }) {
    await startCompute(cores);
    const { model, encoding, start, label, percent, context } = params;
    const split = await readContextSplit(inputs.split);
    const tokensOf = await readTokens(inputs.tokens, split);
    const parts: Predictions[] = [];
    let trainCells = 0;
    const started = performance.now();
    for (const [fold, learned] of inputs.learned.entries()) {
      signal.throwIfAborted();
      const positions = testedPositions(split, fold, params);
      const own = await readJson<NamedCells>(learned.file('learned'));
      assertUnseenContext(own, split, positions, params, `${learned.name}, ${context}`);
      const classifier = await BertForSequenceClassification.fromPretrained(learned.folder('checkpoint'));
      const { probabilities } = await predict(classifier, tokensOf(positions), { onProgress: progress });
      classifier.dispose();
      trainCells += own.cellIds.length;
      parts.push(predictionsOf(split, positions, fold, probabilities));
    }
    const seconds = (performance.now() - started) / 1000;
    await writePredictions(output.predictions, new Map([[seriesName(model, percent, context), concatenate(parts)]]));
    return {
      facts: {
        model,
        label,
        family: 'transformer',
        encoding,
        start,
        percent,
        context,
        trainCells: Math.round(trainCells / split.nFolds),
      },
      timing: { predict: seconds },
    };
  },
});
