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

/** Options of every fine-tuning. */
export interface FrozenOptions {
  /** Output of the frozen part for these cells, computed before; default: computed here, if it fits `frozenCacheMegabytes`. */
  frozenStates?: FrozenStates;
}

/** The part of a model that fine-tuning leaves as it is, and its output where that is known beforehand. */
export interface FrozenPart extends Freezing {
  /** Computed once a cell; null when nothing is fixed, or it would not fit. */
  states: FrozenStates | null;
}

/**
 * The frozen part, with its output for the cells.
 *
 * @throws FrozenStatesError when `frozenStates` are given and are not those of these cells, model and arguments
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
      throw new FrozenStatesError(`they are of ${frozenStates.layer} frozen layers and here ${frozen}`);
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
 * Where training starts in a batch: the output of the frozen part (without dropout, so that it is a fixed function), or undefined to
 * start from the token ids.
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

/** Outputs of the head for a batch, with dropout in the part that is trained and none in the frozen part below. */
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
 * Held-out cells and what is known of them, checked before a run begins: what is wrong with them is told now rather than when they are
 * first looked at, which may be at the end.
 *
 * @param check throws when what is known does not fit the cells
 * @returns null when there are none
 * @throws LabelError when one is given without the other
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
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
