import type { tf } from '@geneformer-ts/engine';
import type { Batch } from './batches.js';
import type { ReadableCells } from './cells.js';
import type { PaddedBatch } from './collate.js';
import { embed, encode, type EncoderInput } from './encoder.js';
import { FixedStates } from './fixed-states.js';
import { type Freezing, freezing } from './freeze.js';
import type { BertModel } from './model.js';
import type { TrainingOptions } from './trainer.js';
import type { FinetuningArguments } from './training-arguments.js';

/** The part of a model that fine-tuning leaves as it is, and its output where that is known beforehand. */
export interface FrozenPart extends Freezing {
  /** Computed once a cell; null when nothing is fixed, or it would not fit. */
  states: FixedStates | null;
}

/** Computes the output of the frozen part, when there is one and it fits `frozenCacheMegabytes`. */
export async function frozenPart(
  model: BertModel,
  cells: ReadableCells,
  { freezeLayers, freezeEmbeddings, frozenCacheMegabytes }: FinetuningArguments,
  { onProgress, signal }: TrainingOptions,
): Promise<FrozenPart> {
  const freeze = freezing(model, freezeLayers, freezeEmbeddings);
  const { fixedState } = freeze;
  if (fixedState === null || FixedStates.bytes(model, cells, fixedState) > frozenCacheMegabytes * 1e6) {
    return { ...freeze, states: null };
  }
  const reading = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
  return { ...freeze, states: await FixedStates.compute(model, cells, fixedState, reading) };
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
  return { layer: fixedState, state: states?.of(padded, batch) ?? recomputed() };
}
