import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { sparseSoftmaxCrossEntropy, tf } from '@geneformer-ts/engine';
import type { Batch } from '../data/batches.js';
import { type AnyCells, cellsDigest } from '../data/cells.js';
import { checkLabels, classCounts, classWeights } from '../data/labels.js';
import { collate } from '../data/padded-batch.js';
import { readableCells, type ReadableCells } from '../data/readable-cells.js';
import { evaluateClassifier } from '../inference/evaluate.js';
import type { BertForSequenceClassification } from '../models/sequence-models.js';
import { type FinetuningArguments, finetuningDefaults, resolveArguments } from './arguments.js';
import { type FrozenOptions, frozenPart, type FrozenPart, heldOut, trainingOutputs } from './finetuning.js';
import { startLinearHead } from './linear-head.js';
import type { PreparedBatch } from './optimizer.js';
import { rateFactors } from './rate-factors.js';
import { batchesByLength, type TrainingRecord } from './run.js';
import { train, trainingOptionNames, type TrainingOptions } from './trainer.js';

/** Options of `finetune`. */
export interface FinetuningOptions extends TrainingOptions, FrozenOptions {
  /** Held-out cells, evaluated at the end and according to `evalStrategy`. */
  evalCells?: AnyCells;
  /** Labels of the held-out cells. */
  evalLabels?: Int32Array;
}

const known: OptionNames<FinetuningOptions> = {
  evalCells: true,
  evalLabels: true,
  ...trainingOptionNames,
  frozenStates: true,
};

/**
 * Trains a classifier in place on labeled cells.
 *
 * ```ts
 * const { names, codes } = encodeLabels(cellTypes);
 * const model = await BertForSequenceClassification.fromPretrained('pretrained', { labels: names });
 * const { steps, finalLoss } = await finetune(model, cells, codes, { freezeLayers: 2, numTrainEpochs: 3 });
 * ```
 *
 * To keep what was pretrained, start with a linear head and change the layers below slowly. With held-out cells, the result is then never
 * worse on them than the linear head alone:
 *
 * ```ts
 * const args = { headStart: 'linear', encoderRateFactor: 0.1, evalOnStart: true, loadBestModelAtEnd: true } as const;
 * await finetune(model, cells, codes, args, { evalCells, evalLabels });
 * ```
 *
 * @param labels class of each cell, an index into `model.labels`
 * @param args override `finetuningDefaults`
 * @throws LabelError if labels do not match the cells, or a class is empty
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 * @throws ArgumentError for invalid arguments
 * @throws ResumeMismatchError, ResumeDamagedError if `checkpointDir` contains another run, or a damaged one
 * @throws FrozenStatesError if `frozenStates` do not belong to the cells, model and arguments
 * @throws CheckpointSaveError, TrainingAbortedError, TrainingDivergedError
 */
export async function finetune(
  model: BertForSequenceClassification,
  cells: AnyCells,
  labels: Int32Array,
  args: Partial<FinetuningArguments> = {},
  settings: FinetuningOptions = {},
): Promise<TrainingRecord> {
  checkOptions('finetune', settings, known);
  const { evalCells, evalLabels, ...options } = settings;
  const resolved = resolveArguments('FinetuningArguments', args, finetuningDefaults);
  const readable = readableCells(cells, model.cellsContract, resolved.maxLength);
  const counts = checkLabels(labels, readable.lengths.length, model.labels);
  const frozen = await frozenPart(model, readable, resolved, options);
  const weights = classWeights(resolved.classWeights, counts, model.labels);
  const { maxLength, headStart, headStrength: strength } = resolved;
  if (headStart === 'linear') {
    await startLinearHead(model, cells, labels, { weights, strength, maxLength, states: frozen.states });
  }
  const held = heldOut(model, evalCells, evalLabels, maxLength, ({ lengths }, known) =>
    classCounts(known, lengths.length, model.labels),
  );
  return train(
    model,
    {
      stage: 'finetune',
      heldOption: 'evalCells',
      metrics: ['loss', 'accuracy'],
      trainable: frozen.trainable,
      rateOf: rateFactors(model.config, resolved),
      batches: batchesByLength(readable.lengths, resolved, model.config.max_position_embeddings),
      prepare: (batch) => prepare({ model, cells: readable, labels, weights, frozen }, batch),
      ...(held && { evaluate: () => evaluateClassifier(model, held.cells, held.known, { maxLength }) }),
      identity: {
        cells: cellsDigest(cells, labels),
        configuration: sha256(JSON.stringify([model.config, model.labels, model.pooling])),
        ...(held && { 'held-out cells': cellsDigest(held.cells, held.known) }),
      },
    },
    resolved,
    options,
  );
}

interface Data {
  model: BertForSequenceClassification;
  cells: ReadableCells;
  labels: Int32Array;
  weights: Float32Array;
  frozen: FrozenPart;
}

function prepare({ model, cells, labels, weights, frozen }: Data, batch: Batch): PreparedBatch {
  const padded = collate(cells, batch, model.config.pad_token_id);
  const rowLabels = new Int32Array(padded.rows).fill(-1);
  const rowWeights = new Float32Array(padded.rows);
  let weight = 0;
  batch.cells.forEach((cell, row) => {
    rowLabels[row] = labels[cell];
    rowWeights[row] = weights[labels[cell]];
    weight += rowWeights[row];
  });
  return {
    weight,
    loss: (seeds) =>
      sparseSoftmaxCrossEntropy(
        trainingOutputs(model, frozen, padded, batch, seeds),
        tf.tensor1d(rowLabels, 'int32'),
        tf.tensor1d(rowWeights),
      ),
  };
}
