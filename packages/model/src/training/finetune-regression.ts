import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { tf } from '@geneformer-ts/engine';
import type { Batch } from '../data/batches.js';
import { type AnyCells, cellsDigest } from '../data/cells.js';
import { checkTargets } from '../data/labels.js';
import { collate } from '../data/padded-batch.js';
import { readableCells, type ReadableCells } from '../data/readable-cells.js';
import { LabelError } from '../errors.js';
import { evaluateRegression } from '../inference/evaluate.js';
import type { BertForSequenceRegression } from '../models/sequence-models.js';
import { type FinetuningArguments, finetuningDefaults, resolveArguments } from './arguments.js';
import {
  type FrozenOptions,
  frozenPart,
  type FrozenPart,
  heldOut,
  refuseLinearHead,
  trainingOutputs,
} from './finetuning.js';
import type { PreparedBatch } from './optimizer.js';
import { rateFactors } from './rate-factors.js';
import { batchesByLength, type TrainingRecord } from './run.js';
import { train, trainingOptionNames, type TrainingOptions } from './trainer.js';

/** Options of `finetuneRegression`. */
export interface RegressionTrainingOptions extends TrainingOptions, FrozenOptions {
  /** Held-out cells, evaluated at the end and according to `evalStrategy`. */
  evalCells?: AnyCells;
  /** Values of the held-out cells. */
  evalTargets?: Float32Array;
}

const known: OptionNames<RegressionTrainingOptions> = {
  evalCells: true,
  evalTargets: true,
  ...trainingOptionNames,
  frozenStates: true,
};

/**
 * Trains a regression in place on the mean squared error. NaN is an unknown value, which does not count.
 *
 * ```ts
 * const model = await BertForSequenceRegression.fromPretrained('pretrained', { labels: ['age'] });
 * const { finalLoss } = await finetuneRegression(model, cells, ages, { freezeLayers: 2 });
 * ```
 *
 * @param targets [cells × model.labels], row-major
 * @param args override `finetuningDefaults`; `classWeights` must be null
 * @throws LabelError unless there is one value per cell and label, and not all are NaN
 * @throws the other errors of `finetune`
 */
export async function finetuneRegression(
  model: BertForSequenceRegression,
  cells: AnyCells,
  targets: Float32Array,
  args: Partial<FinetuningArguments> = {},
  settings: RegressionTrainingOptions = {},
): Promise<TrainingRecord> {
  checkOptions('finetuneRegression', settings, known);
  const { evalCells, evalTargets, ...options } = settings;
  const resolved = resolveArguments('FinetuningArguments', args, finetuningDefaults);
  refuseLinearHead(resolved);
  if (resolved.classWeights !== null) throw new LabelError('classWeights does not apply to a regression; omit it');
  const readable = readableCells(cells, model.cellsContract, resolved.maxLength);
  checkTargets(targets, readable.lengths.length, model.labels);
  const frozen = await frozenPart(model, readable, resolved, options);
  const { maxLength } = resolved;
  const held = heldOut(model, evalCells, evalTargets, maxLength, ({ lengths }, known) =>
    checkTargets(known, lengths.length, model.labels),
  );
  return train(
    model,
    {
      stage: 'finetune',
      heldOption: 'evalCells',
      metrics: ['loss'],
      trainable: frozen.trainable,
      rateOf: rateFactors(model.config, resolved),
      batches: batchesByLength(readable.lengths, resolved, model.config.max_position_embeddings),
      prepare: (batch) => prepare({ model, cells: readable, targets, frozen }, batch),
      ...(held && {
        evaluate: async () => ({ loss: await evaluateRegression(model, held.cells, held.known, { maxLength }) }),
      }),
      identity: {
        cells: cellsDigest(cells, targets),
        configuration: sha256(JSON.stringify([model.config, model.labels, model.pooling])),
        ...(held && { 'held-out cells': cellsDigest(held.cells, held.known) }),
      },
    },
    resolved,
    options,
  );
}

interface Data {
  model: BertForSequenceRegression;
  cells: ReadableCells;
  targets: Float32Array;
  frozen: FrozenPart;
}

function prepare({ model, cells, targets, frozen }: Data, batch: Batch): PreparedBatch {
  const padded = collate(cells, batch, model.config.pad_token_id);
  const columns = model.labels.length;
  const expected = new Float32Array(padded.rows * columns);
  const known = new Float32Array(padded.rows * columns);
  let weight = 0;
  batch.cells.forEach((cell, row) => {
    for (let k = 0; k < columns; k++) {
      const target = targets[cell * columns + k];
      if (Number.isNaN(target)) continue;
      expected[row * columns + k] = target;
      known[row * columns + k] = 1;
      weight++;
    }
  });
  return {
    weight,
    loss: (seeds) => {
      const outputs = trainingOutputs(model, frozen, padded, batch, seeds);
      const shape: [number, number] = [padded.rows, columns];
      const error = tf.mul(tf.sub(outputs, tf.tensor2d(expected, shape)), tf.tensor2d(known, shape));
      // A batch without known values has loss 0, not 0 / 0.
      return tf.div<tf.Scalar>(tf.sum(tf.square(error)), tf.scalar(Math.max(1, weight)));
    },
  };
}
