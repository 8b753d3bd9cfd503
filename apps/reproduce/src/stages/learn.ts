/** Trains one model of the grid on the training cells of one fold, and saves it for the tests in all contexts. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BertForSequenceClassification, finetune } from '@geneformer-ts/model';
import { readVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import { labelBudget } from '../data/labeled-cells.js';
import { modelConfig } from '../data/pretrained.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from, type MadeBy, optional } from '../run/define.js';
import { readContextSplit, readTokens } from '../transfer/contexts.js';
import { pick, positionsOf, type ContextSplit } from '../transfer/context-split.js';
import { budgetParams } from './cell.params.js';
import type contextSplit from './context-split.js';
import type encode from './encode.js';
import { initializationParams } from './generalization.params.js';
import type pretrain from './pretrain.js';
import { modelParams, trainingParams } from './training.params.js';

const learnStageParams = z.strictObject({
  model: modelParams,
  training: trainingParams,
  start: initializationParams,
  fold: z.int(),
  budget: budgetParams,
});

export default defineStage({
  name: 'learn',
  params: learnStageParams,
  inputs: {
    split: from<typeof contextSplit>(),
    tokens: from<typeof encode>(),
    pretrained: optional<typeof pretrain>(),
  },
  outputs: { checkpoint: 'checkpoint', learned: 'learned.json' },
  cores: 'half',
  computes: true,
  async run({ params, inputs, output, scratch, cores, progress, signal }) {
    await startCompute(cores);
    const { training, start, fold, budget } = params;
    const split = await readContextSplit(inputs.split);
    const positions = labelBudget(split, positionsOf(split, fold, 'train'), budget.percent, budget.seed + fold);
    const tokensOf = await readTokens(inputs.tokens, split);
    const vocabulary = await readVocabulary(inputs.tokens.file('vocabulary'));
    const model = await startingModel(params, split, vocabulary, inputs.pretrained);
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
    await model.savePretrained(output.checkpoint);
    // The stages that test the model check their cells against these.
    await writeFile(output.learned, JSON.stringify(pick(split, positions)));
    return {
      facts: { trainCells: positions.length, parameters: model.parameterCount },
      timing: { train: seconds },
    };
  },
});

async function startingModel(
  { model, training, start }: z.infer<typeof learnStageParams>,
  split: ContextSplit,
  vocabulary: Vocabulary,
  pretrained: MadeBy<typeof pretrain> | undefined,
) {
  const options = { labels: split.classes, pooling: start.pooling, seed: training.seed, vocabulary };
  return start.init === 'pretrained'
    ? BertForSequenceClassification.fromPretrained(pretrained!.folder('checkpoint'), options)
    : BertForSequenceClassification.fromConfig(modelConfig(model, vocabulary.size), options);
}
