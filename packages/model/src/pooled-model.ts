import { tf } from '@geneformer-ts/engine';
import type { PoolingInput } from './classifier-input.js';
import type { BertConfig } from './config.js';
import { type DropoutSeeds, embed, encode, type EncoderInput } from './encoder.js';
import { pooledOutputs } from './heads.js';
import type { Head } from './layout.js';
import { BertModel } from './model.js';
import { type Pooling, weightedMean } from './pooling.js';
import type { VocabularyTag } from './vocabulary-tag.js';
import type { Weights } from './weights.js';

/** What is common to models that make one vector of a cell and read named outputs off it: classes or values. */
export abstract class PooledModel extends BertModel {
  protected constructor(
    config: BertConfig,
    head: Head,
    weights: Weights,
    vocabulary: VocabularyTag | null,
    /** Names of the outputs, by column. */
    override readonly labels: readonly string[],
    override readonly pooling: Pooling,
  ) {
    super(config, head, weights, vocabulary);
  }

  /**
   * Outputs of the head [rows, labels]: class logits, or values.
   *
   * @param from hidden state to start from when the part below is already computed; default: from the token ids
   */
  logits(
    input: EncoderInput & PoolingInput,
    { seeds, from }: { seeds?: DropoutSeeds | undefined; from?: { layer: number; state: tf.Tensor2D } } = {},
  ): tf.Tensor2D {
    return tf.tidy(() => {
      const state = from?.state ?? embed(this.parameters, this.config, input, seeds);
      return this.headLogits(this.pool(state, input, { from: from?.layer ?? 0, seeds }), seeds);
    });
  }

  /** Outputs of the head for pooled vectors [rows, hidden]. */
  headLogits(vectors: tf.Tensor2D, seeds?: DropoutSeeds): tf.Tensor2D {
    return pooledOutputs(this.parameters, this.config, vectors, seeds);
  }

  /** The pooled vector of each row [rows, hidden], from hidden state `from`. */
  private pool(
    state: tf.Tensor2D,
    input: Pick<EncoderInput, 'rows' | 'length' | 'mask'> & PoolingInput,
    { from, seeds }: { from: number; seeds?: DropoutSeeds | undefined },
  ): tf.Tensor2D {
    const { first, mean } = input;
    const options = { from, seeds, ...(first && { queries: first }) };
    const hidden = encode(this.parameters, this.config, state, input, options);
    return mean ? weightedMean(hidden, mean) : hidden;
  }
}
