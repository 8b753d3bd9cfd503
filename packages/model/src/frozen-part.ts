import type { tf } from '@geneformer-ts/engine';
import type { Batch } from './batches.js';
import type { ReadableCells } from './cells.js';
import type { PaddedBatch } from './collate.js';
import { embed, encode, type EncoderInput } from './encoder.js';
import { FrozenStatesError } from './errors.js';
import { type Freezing, freezing } from './freeze.js';
import { FrozenStates } from './frozen-states.js';
import type { BertModel } from './model.js';
import type { TrainingOptions } from './trainer.js';
import type { FinetuningArguments } from './training-arguments.js';

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
