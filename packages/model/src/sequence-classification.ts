import { tf } from '@geneformer-ts/engine';
import { checkClassNames, type NamedHeadOptions, readNamedHead } from './classifier-checkpoint.js';
import type { PoolingInput } from './classifier-input.js';
import { type BertConfig, parseConfig } from './config.js';
import { type DropoutSeeds, embed, encode, type EncoderInput } from './encoder.js';
import { pooledOutputs } from './heads.js';
import { type Head, modelLayout } from './layout.js';
import { BertModel } from './model.js';
import { type Pooling, weightedMean } from './pooling.js';
import type { VocabularyTag } from './vocabulary-tag.js';
import { initialWeights, type Weights } from './weights.js';

export interface ClassifierOptions extends NamedHeadOptions {
  /** What of a cell is classified; default `cls`, as published. */
  pooling?: Pooling;
}

/**
 * Geneformer with a cell classifier on top: pooler (dense + tanh) → dropout → linear.
 *
 * ```ts
 * const { names, codes } = encodeLabels(cellTypes);
 * const model = await BertForSequenceClassification.fromPretrained('pretrained', { labels: names });
 * await finetune(model, cells, codes, { learningRate: 5e-5, numTrainEpochs: 3, freezeLayers: 2 });
 * const { probabilities } = await predict(model, otherCells);   // [cells × names.length]
 * ```
 */
export class BertForSequenceClassification extends BertModel {
  readonly architecture = 'BertForSequenceClassification';

  private constructor(
    config: BertConfig,
    weights: Weights,
    vocabulary: VocabularyTag | null,
    /** Class names by id. */
    override readonly labels: readonly string[],
    override readonly pooling: Pooling,
  ) {
    super(config, classifierHead(labels), weights, vocabulary);
  }

  /** A classifier with fresh weights everywhere, a function of `seed` alone. */
  static fromConfig(config: BertConfig, options: ClassifierOptions): BertForSequenceClassification {
    const { labels, pooling = 'cls', seed = 0, vocabulary } = options;
    checkClassNames(labels);
    const checked = parseConfig(config);
    const weights = initialWeights(modelLayout(checked, classifierHead(labels)), checked, seed);
    return new BertForSequenceClassification(checked, weights, vocabulary ?? null, [...labels], pooling);
  }

  /**
   * Reads a checkpoint folder. A pretrained one has no classifier: give `labels`, and the head is newly drawn from `seed`. A
   * fine-tuned one brings its own labels and pooling; `labels`, when given, must then be the same.
   *
   * @throws CheckpointMismatchError when tensors are missing, left over or of another shape
   * @throws LabelError when there are no labels, or they are not the checkpoint's
   * @throws VocabularyMismatchError when `vocabulary` is not the one stored with the checkpoint
   */
  static async fromPretrained(
    dir: string,
    options: Partial<ClassifierOptions> = {},
  ): Promise<BertForSequenceClassification> {
    const { checkpoint, weights, labels } = await readNamedHead(dir, 'sequence-classification', options, {
      headOf: classifierHead,
      checkNew: checkClassNames,
    });
    const pooling = options.pooling ?? checkpoint.pooling ?? 'cls';
    return new BertForSequenceClassification(checkpoint.config, weights, checkpoint.vocabulary, labels, pooling);
  }

  /**
   * Class logits [rows, classes].
   *
   * @param from hidden state to start from when the part below is already computed; default: from the token ids
   */
  logits(
    input: EncoderInput & PoolingInput,
    { seeds, from }: { seeds?: DropoutSeeds | undefined; from?: { layer: number; state: tf.Tensor2D } } = {},
  ): tf.Tensor2D {
    return tf.tidy(() => {
      const state = from?.state ?? embed(this.parameters, this.config, input, seeds);
      const vectors = this.pool(state, input, { from: from?.layer ?? 0, seeds });
      return this.headLogits(vectors, seeds);
    });
  }

  /** The pooled vector of each row [rows, hidden], from hidden state `from`. */
  pool(
    state: tf.Tensor2D,
    input: Pick<EncoderInput, 'rows' | 'length' | 'mask'> & PoolingInput,
    { from, seeds }: { from: number; seeds?: DropoutSeeds | undefined },
  ): tf.Tensor2D {
    const { first, mean } = input;
    if (mean) return weightedMean(encode(this.parameters, this.config, state, input, { from, seeds }), mean);
    return encode(this.parameters, this.config, state, input, { from, seeds, ...(first && { queries: first }) });
  }

  /** Class logits of pooled vectors. */
  headLogits(vectors: tf.Tensor2D, seeds?: DropoutSeeds): tf.Tensor2D {
    return pooledOutputs(this.parameters, this.config, vectors, seeds);
  }
}

const classifierHead = (labels: readonly string[]): Head => ({
  kind: 'sequence-classification',
  classes: labels.length,
});
