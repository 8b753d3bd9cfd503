/** Tests one model of the grid in one context; the cells of each fold are predicted by the model of that fold. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { BertForSequenceClassification, predict } from '@geneformer-ts/model';
import { readJson } from '../figures/page.js';
import { concatenate, writePredictions, type Predictions } from '../results/predictions.js';
import { startCompute } from '../run/compute.js';
import type { Stage } from '../run/stage.js';
import {
  assertUnseenContext,
  encodedStage,
  readContextSplit,
  readTokens,
  testedPositions,
} from '../transfer/contexts.js';
import { predictionsOf } from '../transfer/transfer-metrics.js';
import { seriesName } from '../transfer/grid.js';
import type { NamedCells } from '../transfer/leak.js';

export interface ScoreStageParams {
  encoding: string;
  start: string;
  label: string;
  percent: number;
  context: string;
  /** Whether the cells are disturbed copies of the held-out ones. */
  disturbed: boolean;
}

const stage: Stage<ScoreStageParams> = {
  async run({ identity, params, inputs, scratch, progress, signal }) {
    await startCompute(2); // because Nx runs two tasks at a time
    await mkdir(scratch, { recursive: true });
    const { encoding, start, label, percent, context } = params;
    const model = identity.words[1] ?? '';
    const split = await readContextSplit(inputs);
    const tokensOf = await readTokens(inputs, encodedStage(encoding, params), split);
    const parts: Predictions[] = [];
    let trainCells = 0;
    const started = performance.now();
    for (let fold = 0; fold < split.nFolds; fold++) {
      signal.throwIfAborted();
      const learned = `learn-${model}-${percent}-${fold}`;
      const positions = testedPositions(split, fold, params);
      const own = await readJson<NamedCells>(inputs.file(learned, 'learned'));
      assertUnseenContext(own, split, positions, params, `${learned}, ${context}`);
      const classifier = await BertForSequenceClassification.fromPretrained(inputs.folder(learned, 'checkpoint'));
      const { probabilities } = await predict(classifier, tokensOf(positions), { onProgress: progress });
      classifier.dispose();
      trainCells += own.cellIds.length;
      parts.push(predictionsOf(split, positions, fold, probabilities));
    }
    const seconds = (performance.now() - started) / 1000;
    const file = path.join(scratch, 'predictions.arrow');
    await writePredictions(file, new Map([[seriesName(model, percent, context), concatenate(parts)]]));
    return {
      outputs: { predictions: file },
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
};
export default stage;
