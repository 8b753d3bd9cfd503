import { tf } from '@geneformer-ts/engine';
import type { PoolingInput } from './classifier-input.js';
import { type NamedHeadOptions, readNamedHead } from './classifier-checkpoint.js';
import { type BertConfig, parseConfig } from './config.js';
import { type DropoutSeeds, embed, encode, type EncoderInput } from './encoder.js';
import { pooledOutputs } from './heads.js';
import { type Head, modelLayout } from './layout.js';
import { BertModel } from './model.js';
import { type Pooling, weightedMean } from './pooling.js';
import type { VocabularyTag } from './vocabulary-tag.js';
import { initialWeights, type Weights } from './weights.js';

export interface PooledOptions extends NamedHeadOptions {
  /** What of a cell is read; default `cls`, as published. */
  pooling?: Pooling;
}

/** A kind of head on a pooled vector. */
interface PooledKind {
  kind: Head['kind'];
  headOf: (labels: readonly string[]) => Head;
  /** Throws unless these may be the names of a new head. */
  checkNew: (labels: readonly string[]) => void;
}

/** What such a model is made of. */
export type PooledParts = [
  config: BertConfig,
  head: Head,
  weights: Weights,
  vocabulary: VocabularyTag | null,
  labels: readonly string[],
  pooling: Pooling,
];

/** What is common to models that make one vector of a cell and read named outputs off it: classes or values. */
export abstract class PooledModel extends BertModel {
  /** Names of the outputs, by column. */
  override readonly labels: readonly string[];
  override readonly pooling: Pooling;

  protected constructor(...[config, head, weights, vocabulary, labels, pooling]: PooledParts) {
    super(config, head, weights, vocabulary);
    this.labels = labels;
    this.pooling = pooling;
  }

  /** What a model with fresh weights is made of. */
  protected static fresh(config: BertConfig, options: PooledOptions, { headOf, checkNew }: PooledKind): PooledParts {
    const { labels, pooling = 'cls', seed = 0, vocabulary } = options;
    checkNew(labels);
    const checked = parseConfig(config);
    const head = headOf(labels);
    const weights = initialWeights(modelLayout(checked, head), checked, seed);
    return [checked, head, weights, vocabulary ?? null, [...labels], pooling];
  }

  /** What a model is made of that a folder holds, or that begins with a folder's encoder. */
  protected static async load(dir: string, options: Partial<PooledOptions>, head: PooledKind): Promise<PooledParts> {
    const { checkpoint, weights, labels } = await readNamedHead(dir, head.kind, options, head);
    const pooling = options.pooling ?? checkpoint.pooling ?? 'cls';
    return [checkpoint.config, head.headOf(labels), weights, checkpoint.vocabulary, labels, pooling];
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
