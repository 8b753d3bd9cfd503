import { sha256 } from '@geneformer-ts/core/node';
import { sparseSoftmaxCrossEntropy, tf } from '@geneformer-ts/engine';
import { encoderInput } from './batch-input.js';
import type { Batch } from './batches.js';
import { type AnyCells, readableCells, type ReadableCells } from './cells.js';
import { cellsDigest } from './digests.js';
import { collate } from './collate.js';
import { evaluateMaskedLoss } from './evaluate-masked-loss.js';
import { startAtFrequencies } from './initial-bias.js';
import { maskBatch, maskingOptions, type MaskingOptions } from './masking.js';
import type { BertForMaskedLM } from './masked-lm.js';
import { purposes } from './random-purposes.js';
import { train, type TrainingOptions } from './trainer.js';
import { type PretrainingArguments, pretrainingDefaults, resolveArguments } from './training-arguments.js';
import type { TrainingRecord } from './training-record.js';
import type { PreparedBatch } from './update.js';

export interface PretrainingOptions extends TrainingOptions {
  /** Held-out cells whose masked loss is measured at the end, and as `evalStrategy` says. */
  evalCells?: AnyCells;
}

/**
 * Trains a model to name the masked genes of cells, in place. Masks are new in every epoch and a function of the seed.
 *
 * @param args over `pretrainingDefaults`
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 * @throws ArgumentError for arguments that cannot be
 * @throws ResumeMismatchError when `checkpointDir` holds another run
 * @throws CheckpointSaveError, TrainingAbortedError, TrainingDivergedError
 */
export async function pretrain(
  model: BertForMaskedLM,
  cells: AnyCells,
  args: Partial<PretrainingArguments> = {},
  { evalCells, ...options }: PretrainingOptions = {},
): Promise<TrainingRecord> {
  const resolved = resolveArguments(args, pretrainingDefaults);
  const { seed, mlmProbability, maxLength } = resolved;
  const readable = readableCells(cells, model.cellsContract, maxLength);
  const masking = maskingOptions(model.config.vocab_size, model.maskId, model.specialIds, mlmProbability);
  const evaluation = { seed, mlmProbability, maxLength };
  // Held-out cells that cannot be read are told of now, not at the end of the run.
  if (evalCells) readableCells(evalCells, model.cellsContract, maxLength);
  if (resolved.initialBias === 'frequencies') await startAtFrequencies(model, readable);
  return train(
    model,
    {
      stage: 'pretrain',
      trainable: model.parameters.specs,
      lengths: readable.lengths,
      prepare: (batch, epoch) => prepare(model, readable, batch, masking, [seed, purposes.masks, epoch]),
      ...(evalCells && {
        evaluate: async () => ({ loss: (await evaluateMaskedLoss(model, evalCells, evaluation)).loss }),
      }),
      identity: {
        cells: cellsDigest(cells),
        configuration: sha256(JSON.stringify(model.config)),
        ...(evalCells && { 'held-out cells': cellsDigest(evalCells) }),
      },
    },
    resolved,
    options,
  );
}

function prepare(
  model: BertForMaskedLM,
  cells: ReadableCells,
  batch: Batch,
  masking: MaskingOptions,
  names: readonly number[],
): PreparedBatch {
  const padded = collate(cells, batch, model.config.pad_token_id);
  const masked = maskBatch(padded, batch.cells, masking, names);
  return {
    weight: masked.count,
    loss: (seeds) => {
      const input = encoderInput(padded, masked.inputIds);
      const logits = model.logits(input, tf.tensor1d(masked.positions, 'int32'), seeds);
      return sparseSoftmaxCrossEntropy(logits, tf.tensor1d(masked.labels, 'int32'));
    },
  };
}
