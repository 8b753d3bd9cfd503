/** Fine-tunes a cell classifier on the training cells of one fold and predicts the held-out cells. */
import type { Progress } from '@geneformer-ts/core';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  BertForSequenceClassification,
  embedCells,
  finetune,
  predict,
  selectCells,
  type Cells,
  type FinetuningArguments,
  type TrainingRecord,
} from '@geneformer-ts/model';
import { readTokenized, readVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import { holdOutCells } from '../data/hold-out-cells.js';
import { modelConfig, type Pretrained, pretrainedConfig, pretrainedFolder } from '../data/pretrained.js';
import { writeMatrix } from '../data/matrix-file.js';
import { locate, partition, readSplit, type Split } from '../data/study-cells.js';
import { writePredictions } from '../results/predictions.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from, type MadeBy, optional } from '../run/define.js';
import type splitStage from './split.js';
import type tokenize from './tokenize.js';
import { modelParams, trainingParams, variantParams } from './training.params.js';

const finetuneStageParams = z.strictObject({
  /** The name of the model. */
  name: z.string(),
  /** Omitted where the model has the shape of the pretrained one. */
  model: modelParams.optional(),
  training: trainingParams,
  variant: variantParams,
  fold: z.int(),
});
type Params = z.infer<typeof finetuneStageParams>;

export default defineStage({
  name: 'finetune',
  params: finetuneStageParams,
  inputs: {
    split: from<typeof splitStage>(),
    tokenize: from<typeof tokenize>(),
    start: optional<Pretrained>(),
  },
  outputs: {
    predictions: 'predictions.arrow',
    checkpoint: 'checkpoint',
    history: 'history.json',
    embedding: 'embedding.safetensors',
  },
  cores: 'half',
  computes: true,
  async run({ params, inputs, output, scratch, cores, progress, signal }) {
    await startCompute(cores);
    const { variant, training, fold } = params;
    const split = await readSplit(inputs.split);
    const tokenized = await readTokenized(inputs.tokenize.folder('cells'));
    const vocabulary = await readVocabulary(inputs.tokenize.file('vocabulary'));
    const rows = locate(split, tokenized.cellIds, inputs.tokenize.folder('cells'));
    const { train, test } = partition(split, fold);
    const cellsOf = (positions: Int32Array) =>
      selectCells(
        tokenized,
        positions.map((position) => rows[position]),
      );
    const testCells = cellsOf(test);
    const { earlyStopping } = variant;
    const held = earlyStopping && holdOutCells(split, train, earlyStopping.share, training.seed + fold);
    const trained = held?.train ?? train;
    const labelsOf = (positions: Int32Array) => positions.map((position) => split.labels[position]);

    const model = await startingModel(params, split, vocabulary, inputs.start);
    const started = performance.now();
    const record = await finetune(model, cellsOf(trained), labelsOf(trained), argumentsOf(params), {
      ...(held && { evalCells: cellsOf(held.heldOut), evalLabels: labelsOf(held.heldOut) }),
      onProgress: progress,
      signal,
      checkpointDir: path.join(scratch, 'resume'),
    });
    const ended = performance.now();
    const { probabilities } = await predict(model, testCells, { ...lengthOf(variant), onProgress: progress });
    const predicted = performance.now();

    const predictions = {
      classes: split.classes,
      cellIds: Array.from(test, (position) => split.cellIds[position]),
      groups: Array.from(test, (position) => split.groups[position]),
      folds: new Int32Array(test.length).fill(fold),
      truth: test.map((position) => split.labels[position]),
      probabilities: Float64Array.from(probabilities),
    };
    await writePredictions(output.predictions, new Map([[params.name, predictions]]));
    await keepModel(model, testCells, record, params, output, progress);
    return {
      facts: {
        model: params.name,
        label: variant.label,
        family: 'transformer',
        init: variant.init,
        parameters: model.parameterCount,
        trainCells: train.length,
      },
      timing: { train: (ended - started) / 1000, predict: (predicted - ended) / 1000 },
    };
  },
});

/** Returns the arguments of a model's training on some cells. */
function argumentsOf({ training, variant, fold }: Params): Partial<FinetuningArguments> {
  const { freezeLayers, freezeEmbeddings, headStart, encoderRateFactor, earlyStopping } = variant;
  return {
    ...training,
    learningRate: variant.learningRate ?? training.learningRate,
    numTrainEpochs: variant.numTrainEpochs ?? training.numTrainEpochs,
    // The order of the cells differs between folds; the initial weights of a random head do not.
    seed: training.seed + fold,
    ...{ freezeLayers, freezeEmbeddings, headStart, encoderRateFactor, ...lengthOf(variant) },
    ...(earlyStopping && {
      evalStrategy: 'epoch',
      evalOnStart: true,
      earlyStoppingPatience: earlyStopping.patience,
      loadBestModelAtEnd: true,
    }),
  };
}

function lengthOf({ maxLength }: Params['variant']): { maxLength?: number } {
  return maxLength === undefined ? {} : { maxLength };
}

/** Saves the model, its training history, and its embeddings of the held-out cells. */
async function keepModel(
  model: BertForSequenceClassification,
  testCells: Cells,
  record: TrainingRecord,
  { variant }: Params,
  files: Record<'checkpoint' | 'history' | 'embedding', string>,
  onProgress: Progress,
): Promise<void> {
  await model.savePretrained(files.checkpoint);
  await writeFile(files.history, JSON.stringify({ ...record, resumedFrom: undefined }));
  const vectors = await embedCells(model, testCells, {
    layer: -1,
    pooling: variant.pooling,
    ...lengthOf(variant),
    onProgress,
  });
  await writeMatrix(files.embedding, 'embedding', vectors);
}

async function startingModel(
  { model, training, variant }: Params,
  split: Split,
  vocabulary: Vocabulary,
  start: MadeBy<Pretrained> | undefined,
) {
  const options = { labels: split.classes, pooling: variant.pooling, seed: training.seed, vocabulary };
  if (variant.init === 'pretrained') {
    return BertForSequenceClassification.fromPretrained(pretrainedFolder(start), options);
  }
  const config = model ? modelConfig(model, vocabulary.size) : await pretrainedConfig(start);
  return BertForSequenceClassification.fromConfig(config, options);
}
