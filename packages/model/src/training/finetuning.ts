import { ArgumentError } from '@geneformer-ts/core';
import type { tf } from '@geneformer-ts/engine';
import { type DropoutSeeds, embed, encode, type EncoderInput } from '../bert/encoder.js';
import { type Freezing, freezing } from '../bert/layout.js';
import type { Batch } from '../data/batches.js';
import type { AnyCells } from '../data/cells.js';
import type { PaddedBatch } from '../data/padded-batch.js';
import { type ReadableCells, readableCells } from '../data/readable-cells.js';
import { FrozenStatesError, LabelError } from '../errors.js';
import { FrozenStates } from '../inference/frozen-states.js';
import { classifierInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';
import type { PooledModel } from '../models/sequence-models.js';
import type { FinetuningArguments } from './arguments.js';
import type { TrainingOptions } from './trainer.js';

/** @throws ArgumentError for a linear head, which only classifiers of cells can start with */
export function refuseLinearHead({ headStart }: Pick<FinetuningArguments, 'headStart'>): void {
  if (headStart === 'linear')
    throw ArgumentError.of('headStart', headStart, '"random": only finetune can start with it');
}

/** Options of all fine-tuning functions. */
export interface FrozenOptions {
  /** Precomputed output of the frozen part for these cells. Default: computed here if it fits in `frozenCacheMegabytes`. */
  frozenStates?: FrozenStates;
}

/** The frozen part of a model, with its output if that is computed in advance. */
export interface FrozenPart extends Freezing {
  /** Output per cell; null if no part is fixed, or the output is too large. */
  states: FrozenStates | null;
}

/**
 * Returns the frozen part, with its output for the cells.
 *
 * @throws FrozenStatesError if `frozenStates` do not belong to the cells, model and arguments
 */
export async function frozenPart(
  model: BertModel,
  cells: ReadableCells,
  { freezeLayers, freezeEmbeddings, frozenCacheMegabytes }: FinetuningArguments,
  { frozenStates, onProgress, signal }: TrainingOptions & FrozenOptions,
): Promise<FrozenPart> {
  const freeze = freezing(model, freezeLayers, freezeEmbeddings);
  const { fixedState } = freeze;
  if (frozenStates) {
    if (frozenStates.layer !== fixedState) {
      const frozen = fixedState === null ? 'the embeddings are trained' : `${fixedState} layers are frozen`;
      throw new FrozenStatesError(`they were computed for ${frozenStates.layer} frozen layers, but ${frozen}`);
    }
    await frozenStates.check(model, cells);
    return { ...freeze, states: frozenStates };
  }
  if (fixedState === null || FrozenStates.bytes(model, cells.lengths, fixedState) > frozenCacheMegabytes * 1e6) {
    return { ...freeze, states: null };
  }
  const reading = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
  return { ...freeze, states: await FrozenStates.of(model, cells, fixedState, reading) };
}

/**
 * Returns the hidden state that training starts from: the output of the frozen part, computed without dropout so that it is fixed,
 * or undefined to start from the token ids.
 */
export function trainingStart(
  model: BertModel,
  { fixedState, states }: FrozenPart,
  input: EncoderInput,
  padded: PaddedBatch,
  batch: Batch,
): { layer: number; state: tf.Tensor2D } | undefined {
  if (fixedState === null) return undefined;
  const { parameters, config } = model;
  const recomputed = () => encode(parameters, config, embed(parameters, config, input), input, { to: fixedState });
  return { layer: fixedState, state: states?.at(padded, batch) ?? recomputed() };
}

/** Returns the outputs of the head for a batch, with dropout only in the trained part. */
export function trainingOutputs(
  model: PooledModel,
  frozen: FrozenPart,
  padded: PaddedBatch,
  batch: Batch,
  seeds: DropoutSeeds,
): tf.Tensor2D {
  if (frozen.states?.pooled) return model.headLogits(frozen.states.at(padded, batch), seeds);
  const input = classifierInput(padded, model.pooling, model.specialIds);
  const from = trainingStart(model, frozen, input, padded, batch);
  return model.logits(input, { seeds, ...(from && { from }) });
}

/**
 * Checks held-out cells and their labels or values before a run starts. Otherwise errors would only appear at the first evaluation,
 * possibly at the end of the run.
 *
 * @param known labels or values of the cells
 * @param check throws if `known` does not match the cells
 * @returns null without held-out cells
 * @throws LabelError if only one of both is given
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 */
export function heldOut<T>(
  model: BertModel,
  cells: AnyCells | undefined,
  known: T | undefined,
  maxLength: number,
  check: (readable: ReadableCells, known: T) => void,
): { cells: AnyCells; known: T } | null {
  if (!cells && !known) return null;
  if (!cells || !known) {
    throw new LabelError(`held-out ${cells ? 'cells have no labels' : 'labels have no cells'}; give both or neither`);
  }
  check(readableCells(cells, model.cellsContract, maxLength), known);
  return { cells, known };
}
