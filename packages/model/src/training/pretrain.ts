import { ArgumentError } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { sparseSoftmaxCrossEntropy, tf } from '@geneformer-ts/engine';
import { purposes } from '../bert/parameters.js';
import type { Batch } from '../data/batches.js';
import { type AnyCells, cellsDigest } from '../data/cells.js';
import { maskBatch, maskingOptions, type MaskingOptions } from '../data/masking.js';
import { collate } from '../data/padded-batch.js';
import { readableCells, type ReadableCells } from '../data/readable-cells.js';
import { evaluateMaskedLoss } from '../inference/evaluate.js';
import { encoderInput } from '../models/input.js';
import type { BertForMaskedLM } from '../models/masked-lm.js';
import { type PretrainingArguments, pretrainingDefaults, resolveArguments } from './arguments.js';
import type { PreparedBatch } from './optimizer.js';
import type { TrainingRecord } from './run.js';
import { train, type TrainingOptions } from './trainer.js';

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

const HEAD_BIAS = 'cls.predictions.bias';

/**
 * Gives the fresh head of a model the log frequency of each gene in the cells as its bias, so that it knows before the first update how often genes
 * occur. From zeros a small model learns that first, through hidden states that become alike for all cells, and may stay there for an epoch.
 *
 * @throws ArgumentError when the head has a bias already
 */
async function startAtFrequencies(model: BertForMaskedLM, cells: ReadableCells): Promise<void> {
  if ((await model.parameters.get(HEAD_BIAS).data()).some((value) => value !== 0)) {
    const remedy = "the model has been trained; say 'zeros' to go on from its own bias";
    throw new ArgumentError('initialBias', '"frequencies" is not available', remedy);
  }
  model.parameters.write(new Map([[HEAD_BIAS, logFrequencies(cells, model.config.vocab_size)]]));
}

/** One is added to every count, so that a gene that does not occur has a frequency too. */
function logFrequencies(cells: ReadableCells, vocabularySize: number): Float32Array {
  const counts = new Float64Array(vocabularySize).fill(1);
  let total = vocabularySize;
  const ids = new Int32Array(cells.lengths.reduce((a, b) => Math.max(a, b), 0));
  cells.lengths.forEach((length, cell) => {
    cells.copy(cell, ids, 0);
    for (let at = 0; at < length; at++) counts[ids[at]]++;
    total += length;
  });
  return Float32Array.from(counts, (count) => Math.log(count / total));
}
