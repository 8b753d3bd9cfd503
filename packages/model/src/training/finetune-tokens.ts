import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { sparseSoftmaxCrossEntropy, tf } from '@geneformer-ts/engine';
import type { Batch } from '../data/batches.js';
import { type AnyCells, cellsDigest } from '../data/cells.js';
import {
  classWeights,
  countLabels,
  type LabelAt,
  labelReader,
  type TokenLabels,
  tokenWeights,
} from '../data/labels.js';
import { selectPositions, collate, slotsByLength } from '../data/padded-batch.js';
import { readableCells, type ReadableCells, readableSubset } from '../data/readable-cells.js';
import { evaluateTokenClassifier } from '../inference/evaluate.js';
import { encoderInput } from '../models/input.js';
import type { BertForTokenClassification } from '../models/token-classification.js';
import { resolveArguments, type TokenFinetuningArguments, tokenFinetuningDefaults } from './arguments.js';
import {
  type FrozenOptions,
  frozenPart,
  type FrozenPart,
  heldOut,
  refuseLinearHead,
  trainingStart,
} from './finetuning.js';
import type { PreparedBatch } from './optimizer.js';
import { rateFactors } from './rate-factors.js';
import { batchesByLength, type TrainingRecord } from './run.js';
import { train, trainingOptionNames, type TrainingOptions } from './trainer.js';

/** Options of `finetuneTokens`. */
export interface TokenFinetuningOptions extends TrainingOptions, FrozenOptions {
  /** Held-out cells, evaluated at the end and according to `evalStrategy`. Default: the training cells. */
  evalCells?: AnyCells;
  /** Held-out labels: those of other genes, or of `evalCells`. */
  evalLabels?: TokenLabels;
}

const known: OptionNames<TokenFinetuningOptions> = {
  evalCells: true,
  evalLabels: true,
  ...trainingOptionNames,
  frozenStates: true,
};

/**
 * Trains a gene classifier in place, on the cross-entropy over labeled tokens. Cells without a labeled token are skipped. The last
 * layer is computed only at labeled tokens.
 *
 * ```ts
 * const model = await BertForTokenClassification.fromPretrained('pretrained', { labels: ['insensitive', 'sensitive'] });
 * const classes = new Map([[1831, 1], [7261, 0]]); // class of each gene, by token id
 * await finetuneTokens(model, cells, classes, { freezeLayers: 4 });
 * ```
 *
 * @param labels class of each labeled gene by token id, or of each token; see `TokenLabels`
 * @param args override `tokenFinetuningDefaults`
 * @throws LabelError if labels do not match the cells, or a class has no token
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 * @throws ArgumentError for invalid arguments
 * @throws ResumeMismatchError, ResumeDamagedError if `checkpointDir` contains another run, or a damaged one
 * @throws FrozenStatesError if `frozenStates` do not belong to the cells, model and arguments
 * @throws CheckpointSaveError, TrainingAbortedError, TrainingDivergedError
 */
export async function finetuneTokens(
  model: BertForTokenClassification,
  cells: AnyCells,
  labels: TokenLabels,
  args: Partial<TokenFinetuningArguments> = {},
  settings: TokenFinetuningOptions = {},
): Promise<TrainingRecord> {
  checkOptions('finetuneTokens', settings, known);
  const { evalCells, evalLabels, frozenStates, ...options } = settings;
  const resolved = resolveArguments('TokenFinetuningArguments', args, tokenFinetuningDefaults);
  refuseLinearHead(resolved);
  const { maxLength } = resolved;
  const { vocab_size } = model.config;
  const all = readableCells(cells, model.cellsContract, maxLength);
  const labelOfAll = labelReader(labels, cells, vocab_size, model.labels);
  const counts = countLabels(all, labelOfAll, vocab_size, model.labels);
  const rows = Int32Array.from(counts.perCell.keys()).filter((cell) => counts.perCell[cell] > 0);
  const readable = readableSubset(all, rows);
  const labeledPerCell = counts.perCell.filter((count) => count > 0);
  const data: Data = {
    model,
    cells: readable,
    labelAt: (cell, position, id) => labelOfAll(rows[cell], position, id),
    slots: slotsByLength(readable.lengths, labeledPerCell),
    perClass: classWeights(resolved.classWeights, counts.perClass, model.labels),
    perToken: tokenWeights(resolved.tokenWeighting, counts.perToken),
    frozen: await frozenPart(model, readable, resolved, {
      ...options,
      ...(frozenStates && { frozenStates: frozenStates.select(rows) }),
    }),
  };
  const held = heldOut(model, evalCells ?? (evalLabels && cells), evalLabels, maxLength, (heldCells, known) => {
    const labelAt = labelReader(known, evalCells ?? cells, vocab_size, model.labels);
    countLabels(heldCells, labelAt, vocab_size, model.labels);
  });
  return train(
    model,
    {
      stage: 'finetune',
      heldOption: 'evalCells',
      metrics: ['loss', 'accuracy'],
      trainable: data.frozen.trainable,
      rateOf: rateFactors(model.config, resolved),
      batches: batchesByLength(readable.lengths, resolved, model.config.max_position_embeddings),
      prepare: (batch) => prepare(data, batch),
      ...(held && { evaluate: () => evaluateTokenClassifier(model, held.cells, held.known, { maxLength }) }),
      identity: {
        cells: cellsDigest(cells, labelsArray(labels)),
        configuration: sha256(JSON.stringify([model.config, model.labels])),
        ...(held && { 'held-out cells': cellsDigest(held.cells, labelsArray(held.known)) }),
      },
    },
    resolved,
    options,
  );
}

function labelsArray(labels: TokenLabels): Int32Array {
  return labels instanceof Int32Array ? labels : Int32Array.from([...labels].sort(([a], [b]) => a - b).flat());
}

interface Data {
  model: BertForTokenClassification;
  cells: ReadableCells;
  labelAt: LabelAt;
  slots: (length: number) => number;
  perClass: Float32Array;
  perToken: Float32Array;
  frozen: FrozenPart;
}

function prepare({ model, cells, labelAt, slots, perClass, perToken, frozen }: Data, batch: Batch): PreparedBatch {
  const padded = collate(cells, batch, model.config.pad_token_id);
  const { positions, values } = selectPositions(padded, slots(padded.length), (row, position, id) =>
    labelAt(batch.cells[row], position, id),
  );
  let weight = 0;
  const weights = Float32Array.from(values, (label, slot) => {
    const own = label < 0 ? 0 : perClass[label] * perToken[padded.inputIds[positions[slot]]];
    weight += own;
    return own;
  });
  return {
    weight,
    loss: (seeds) => {
      const input = encoderInput(padded);
      const from = trainingStart(model, frozen, input, padded, batch);
      const logits = model.logits(input, tf.tensor1d(positions, 'int32'), { seeds, ...(from && { from }) });
      return sparseSoftmaxCrossEntropy(logits, tf.tensor1d(values, 'int32'), tf.tensor1d(weights));
    },
  };
}
