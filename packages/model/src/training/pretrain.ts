import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
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
import { batchesByLength, type TrainingRecord } from './run.js';
import { train, trainingOptionNames, type TrainingOptions } from './trainer.js';

/** Options of `pretrain`. */
export interface PretrainingOptions extends TrainingOptions {
  /** Held-out cells, whose masked loss is evaluated at the end and according to `evalStrategy`. */
  evalCells?: AnyCells;
}

const known: OptionNames<PretrainingOptions> = { evalCells: true, ...trainingOptionNames };

/**
 * Trains a model in place to predict the masked genes of cells. Masks differ between epochs and depend only on the seed.
 *
 * ```ts
 * const model = BertForMaskedLM.fromConfig(presetConfig('embedded', vocabulary.size), { vocabulary, seed: 0 });
 * const { losses } = await pretrain(model, cells, { tokensPerBatch: 8192 }, { checkpointDir: 'run', evalCells });
 * ```
 *
 * @param args override `pretrainingDefaults`
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 * @throws ArgumentError for invalid arguments
 * @throws ResumeMismatchError, ResumeDamagedError if `checkpointDir` contains another run, or a damaged one
 * @throws CheckpointSaveError, TrainingAbortedError, TrainingDivergedError
 */
export async function pretrain(
  model: BertForMaskedLM,
  cells: AnyCells,
  args: Partial<PretrainingArguments> = {},
  settings: PretrainingOptions = {},
): Promise<TrainingRecord> {
  checkOptions('pretrain', settings, known);
  const { evalCells, ...options } = settings;
  const resolved = resolveArguments('PretrainingArguments', args, pretrainingDefaults);
  const { seed, mlmProbability, maxLength } = resolved;
  const readable = readableCells(cells, model.cellsContract, maxLength);
  const masking = maskingOptions(model.config.vocab_size, model.maskId, model.specialIds, mlmProbability);
  const evaluation = { seed, mlmProbability, maxLength };
  // Reports unreadable held-out cells now, not at the end of the run.
  if (evalCells) readableCells(evalCells, model.cellsContract, maxLength);
  if (resolved.initialBias === 'frequencies') await initializeBias(model, readable);
  return train(
    model,
    {
      stage: 'pretrain',
      heldOption: 'evalCells',
      metrics: ['loss'],
      trainable: model.parameters.specs,
      batches: batchesByLength(readable.lengths, resolved, model.config.max_position_embeddings),
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
 * Sets the bias of a new head to the log frequency of each gene in the cells. With zeros, a small model first learns these
 * frequencies through hidden states that become similar for all cells, which can take an epoch.
 *
 * @throws ArgumentError if the head already has a bias
 */
async function initializeBias(model: BertForMaskedLM, cells: ReadableCells): Promise<void> {
  if ((await model.parameters.get(HEAD_BIAS).data()).some((value) => value !== 0)) {
    const remedy = "the model already has a trained bias; use 'zeros' to keep it";
    throw new ArgumentError('initialBias', '"frequencies" is not available', remedy);
  }
  model.parameters.write(new Map([[HEAD_BIAS, logFrequencies(cells, model.config.vocab_size)]]));
}

/** Returns the log frequency of each token. Every count is increased by one, so that absent genes have a frequency too. */
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
