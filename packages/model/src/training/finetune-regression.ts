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
import { type FrozenOptions, frozenPart, type FrozenPart, heldOut, trainingOutputs } from './finetuning.js';
import type { PreparedBatch } from './optimizer.js';
import type { TrainingRecord } from './run.js';
import { train, type TrainingOptions } from './trainer.js';

export interface RegressionTrainingOptions extends TrainingOptions, FrozenOptions {
  /** Held-out cells and their values; the loss is measured at the end, and as `evalStrategy` says. */
  evalCells?: AnyCells;
  evalTargets?: Float32Array;
}

/**
 * Trains a regression on the mean squared error, in place. NaN is a value that is not known and counts for nothing.
 *
 * @param targets [cells × model.labels], row-major
 * @param args over `finetuningDefaults`; `classWeights` must stay null
 * @throws LabelError unless there is one value a cell and label, and some are known
 * @throws the errors of `finetune` otherwise
 */
export async function finetuneRegression(
  model: BertForSequenceRegression,
  cells: AnyCells,
  targets: Float32Array,
  args: Partial<FinetuningArguments> = {},
  { evalCells, evalTargets, ...options }: RegressionTrainingOptions = {},
): Promise<TrainingRecord> {
  const resolved = resolveArguments(args, finetuningDefaults);
  if (resolved.classWeights !== null) throw new LabelError('classWeights has no meaning for values; leave it out');
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
      trainable: frozen.trainable,
      lengths: readable.lengths,
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
  const wanted = new Float32Array(padded.rows * columns);
  const known = new Float32Array(padded.rows * columns);
  let weight = 0;
  batch.cells.forEach((cell, row) => {
    for (let k = 0; k < columns; k++) {
      const target = targets[cell * columns + k];
      if (Number.isNaN(target)) continue;
      wanted[row * columns + k] = target;
      known[row * columns + k] = 1;
      weight++;
    }
  });
  return {
    weight,
    loss: (seeds) => {
      const outputs = trainingOutputs(model, frozen, padded, batch, seeds);
      const shape: [number, number] = [padded.rows, columns];
      const error = tf.mul(tf.sub(outputs, tf.tensor2d(wanted, shape)), tf.tensor2d(known, shape));
      // A batch without a known value has loss 0, not 0 / 0.
      return tf.div<tf.Scalar>(tf.sum(tf.square(error)), tf.scalar(Math.max(1, weight)));
    },
  };
}
