/** Trains one model of the grid on the training cells of one fold, and saves it for the tests in all contexts. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BertForSequenceClassification, finetune } from '@geneformer-ts/model';
import { readVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import { labelBudget } from '../data/labeled-cells.js';
import { modelConfig } from '../data/pretrained.js';
import { startCompute } from '../run/compute.js';
import type { Stage, StageInputs } from '../run/stage.js';
import { readContextSplit, readTokens } from '../transfer/contexts.js';
import { pick, positionsOf, type ContextSplit } from '../transfer/context-split.js';
import type { ModelParams, TrainingParams } from './training.params.js';
import type { InitializationParams } from './generalization.params.js';
import type { Budget } from './cell.params.js';

export interface LearnStageParams {
  model: ModelParams;
  training: TrainingParams;
  encoding: string;
  start: InitializationParams;
  fold: number;
  budget: Budget;
}

const stage: Stage<LearnStageParams> = {
  async run({ params, inputs, scratch, progress, signal }) {
    await startCompute(2); // because Nx runs two tasks at a time
    await mkdir(scratch, { recursive: true });
    const { training, start, fold, budget, encoding } = params;
    const split = await readContextSplit(inputs);
    const positions = labelBudget(split, positionsOf(split, fold, 'train'), budget.percent, budget.seed + fold);
    const tokensOf = await readTokens(inputs, `encode-${encoding}`, split);
    const vocabulary = await readVocabulary(inputs.file(`encode-${encoding}`, 'vocabulary'));
    const model = await startingModel(params, split, vocabulary, inputs);
    const epochs = start.numTrainEpochs ?? training.numTrainEpochs;
    const started = performance.now();
    await finetune(
      model,
      tokensOf(positions),
      positions.map((position) => split.labels[position]),
      // The order of the cells differs between folds; the initial weights of the new head do not.
      {
        ...training,
        numTrainEpochs: Math.max(epochs, budget.minCellVisits / positions.length),
        learningRate: start.learningRate ?? training.learningRate,
        seed: training.seed + fold,
        freezeLayers: start.freezeLayers,
        freezeEmbeddings: start.freezeEmbeddings,
      },
      { onProgress: progress, signal, checkpointDir: path.join(scratch, 'resume') },
    );
    const seconds = (performance.now() - started) / 1000;
    const checkpoint = path.join(scratch, 'checkpoint');
    await model.savePretrained(checkpoint);
    // The stages that test the model check their cells against these.
    const learned = path.join(scratch, 'learned.json');
    await writeFile(learned, JSON.stringify(pick(split, positions)));
    return {
      outputs: { checkpoint, learned },
      facts: { trainCells: positions.length, parameters: model.parameterCount },
      timing: { train: seconds },
    };
  },
};
export default stage;

async function startingModel(
  { model, training, start, encoding }: LearnStageParams,
  split: ContextSplit,
  vocabulary: Vocabulary,
  inputs: StageInputs,
) {
  const options = { labels: split.classes, pooling: start.pooling, seed: training.seed, vocabulary };
  return start.init === 'pretrained'
    ? BertForSequenceClassification.fromPretrained(inputs.folder(`pretrain-${encoding}`, 'checkpoint'), options)
    : BertForSequenceClassification.fromConfig(modelConfig(model, vocabulary.size), options);
}
