/** Fine-tunes a cell classifier on the training cells of one fold and predicts the held-out cells. */
import type { Progress } from '@geneformer-ts/core';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeSafetensors } from '@geneformer-ts/io';
import {
  BertForSequenceClassification,
  embedCells,
  finetune,
  predict,
  selectCells,
  type Cells,
  type TrainingRecord,
} from '@geneformer-ts/model';
import { readTokenized, readVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import { labelBudget } from '../data/labeled-cells.js';
import { modelConfig, pretrainedConfig, pretrainedFolder } from '../data/pretrained.js';
import { locate, partition, readSplit, type Split } from '../data/study-cells.js';
import { writePredictions } from '../results/predictions.js';
import { startCompute } from '../run/compute.js';
import type { Stage, StageInputs } from '../run/stage.js';
import type { FinetuneParams, ModelParams, TrainingParams } from './training.params.js';
import type { Budget } from './cell.params.js';

type Variant = FinetuneParams['models'][string];
interface Params {
  /** Undefined where the model has the shape of the pretrained one. */
  model?: ModelParams;
  training: TrainingParams;
  variant: Variant;
  fold: number;
  budget?: Budget;
}

const stage: Stage<Params> = {
  async run({ identity, params, inputs, scratch, progress, signal }) {
    await startCompute(2); // because Nx runs two folds at a time
    await mkdir(scratch, { recursive: true });
    const [, name = ''] = identity.words;
    const { variant, training, fold, budget } = params;
    const split = await readSplit(inputs);
    const tokenized = await readTokenized(inputs.folder('tokenize', 'cells'));
    const vocabulary = await readVocabulary(inputs.file('tokenize', 'vocabulary'));
    const rows = locate(split, tokenized.cellIds, inputs.folder('tokenize', 'cells'));
    const { train: labeled, test } = partition(split, fold);
    const train = budget ? labelBudget(split, labeled, budget.percent, budget.seed + fold) : labeled;
    const cellsOf = (positions: Int32Array) =>
      selectCells(
        tokenized,
        positions.map((position) => rows[position]),
      );
    const testCells = cellsOf(test);

    const model = await startingModel(params, split, vocabulary, inputs);
    const started = performance.now();
    const record = await finetune(
      model,
      cellsOf(train),
      train.map((position) => split.labels[position]),
      // The order of the cells differs between folds; the initial weights of the new head do not.
      {
        ...training,
        numTrainEpochs: Math.max(training.numTrainEpochs, (budget?.minCellVisits ?? 0) / train.length),
        seed: training.seed + fold,
        freezeLayers: variant.freezeLayers,
        freezeEmbeddings: variant.freezeEmbeddings,
      },
      { onProgress: progress, signal, checkpointDir: path.join(scratch, 'resume') },
    );
    const trained = performance.now();
    const { probabilities } = await predict(model, testCells, { onProgress: progress });
    const predicted = performance.now();

    const file = path.join(scratch, 'predictions.arrow');
    const predictions = {
      classes: split.classes,
      cellIds: Array.from(test, (position) => split.cellIds[position]),
      groups: Array.from(test, (position) => split.groups[position]),
      folds: new Int32Array(test.length).fill(fold),
      truth: test.map((position) => split.labels[position]),
      probabilities: Float64Array.from(probabilities),
    };
    await writePredictions(file, new Map([[name, predictions]]));
    // Only the predictions of a model that was trained with part of the labels are used later.
    const kept = budget ? {} : await keepModel(model, testCells, record, params, scratch, progress);
    return {
      outputs: { predictions: file, ...kept },
      facts: {
        label: variant.label,
        family: 'transformer',
        parameters: model.parameterCount,
        ...(budget ? { percent: budget.percent } : {}),
        trainCells: train.length,
      },
      timing: { train: (trained - started) / 1000, predict: (predicted - trained) / 1000 },
    };
  },
};
export default stage;

/** Saves the model, its training history, and its embeddings of the held-out cells. */
async function keepModel(
  model: BertForSequenceClassification,
  testCells: Cells,
  record: TrainingRecord,
  { variant }: Params,
  scratch: string,
  onProgress: Progress,
): Promise<Record<string, string>> {
  const files = {
    checkpoint: path.join(scratch, 'checkpoint'),
    history: path.join(scratch, 'history.json'),
    embedding: path.join(scratch, 'embedding.safetensors'),
  };
  await model.savePretrained(files.checkpoint);
  await writeFile(files.history, JSON.stringify({ ...record, resumedFrom: undefined }));
  const { rows, cols, data } = await embedCells(model, testCells, { layer: -1, pooling: variant.pooling, onProgress });
  await writeSafetensors(files.embedding, new Map([['embedding', { shape: [rows, cols], data }]]));
  return files;
}

async function startingModel(
  { model, training, variant }: Params,
  split: Split,
  vocabulary: Vocabulary,
  inputs: StageInputs,
) {
  const options = { labels: split.classes, pooling: variant.pooling, seed: training.seed, vocabulary };
  if (variant.init === 'pretrained') {
    return BertForSequenceClassification.fromPretrained(pretrainedFolder(inputs), options);
  }
  const config = model ? modelConfig(model, vocabulary.size) : await pretrainedConfig(inputs);
  return BertForSequenceClassification.fromConfig(config, options);
}
