import type { OpenedCheckpoint } from '@geneformer-ts/io';
import type { BertConfig } from './config.js';
import { CheckpointError } from './errors.js';
import { withAlias } from './tensor-names.js';

/** The word embeddings and the decoder that may be tied to them, and the two names of the decoder's bias. */
const EMBEDDINGS = 'bert.embeddings.word_embeddings.weight';
const DECODER = 'cls.predictions.decoder.weight';
const BIAS = 'cls.predictions.bias';
const DECODER_BIAS = 'cls.predictions.decoder.bias';

/** Whether the masked-gene decoder has weights of its own. */
export function hasOwnDecoder(config: BertConfig): boolean {
  return config.tie_word_embeddings === false;
}

/**
 * Gives what a tied decoder shares both names, when the file has it under one. With `tie_word_embeddings: false` the bias is the
 * decoder's: transformers 5 computes with it, and transformers 4 has it equal to the other.
 */
export function withDecoderNames(opened: OpenedCheckpoint, config: BertConfig): OpenedCheckpoint {
  const { tensors } = opened;
  if (hasOwnDecoder(config)) return withAlias(opened, BIAS, DECODER_BIAS);
  const named = tensors.has(BIAS) ? opened : withAlias(opened, BIAS, DECODER_BIAS);
  return tensors.has(EMBEDDINGS) ? named : withAlias(named, EMBEDDINGS, DECODER);
}

/**
 * Refuses a checkpoint that says its decoder is tied but holds another: transformers 4 would compute with the word embeddings,
 * transformers 5 with the decoder.
 *
 * @throws CheckpointError
 */
export async function checkTied(opened: OpenedCheckpoint, config: BertConfig): Promise<void> {
  if (hasOwnDecoder(config)) return;
  for (const [own, tied] of [
    [DECODER, EMBEDDINGS],
    [DECODER_BIAS, BIAS],
  ] as const) {
    if (!opened.tensors.has(own) || !opened.tensors.has(tied)) continue;
    const [{ data: a }, { data: b }] = [await opened.read(own), await opened.read(tied)];
    // Of another shape, it is reported with the other tensors.
    if (a.length !== b.length || a.every((value, i) => value === b[i])) continue;
    throw new CheckpointError(
      opened.path,
      `'${own}' differs from '${tied}', to which config.json ties it`,
      `set "tie_word_embeddings": false in config.json to use '${own}', or remove that tensor`,
    );
  }
}
