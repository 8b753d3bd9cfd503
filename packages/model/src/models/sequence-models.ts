import { tf } from '@geneformer-ts/engine';
import { type BertConfig, parseConfig } from '../bert/config.js';
import { type DropoutSeeds, embed, encode, type EncoderInput } from '../bert/encoder.js';
import { pooledOutputs, type Pooling, weightedMean } from '../bert/heads.js';
import { type Head, modelLayout } from '../bert/layout.js';
import { initialWeights, type Weights } from '../bert/parameters.js';
import type { VocabularyTag } from '../bert/vocabulary-tag.js';
import { checkClassNames, type NamedHeadOptions, readNamedHead } from '../checkpoint/named-head.js';
import { LabelError } from '../errors.js';
import type { PoolingInput } from './input.js';
import { BertModel } from './model.js';

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

const classification = {
  kind: 'sequence-classification',
  headOf: (labels: readonly string[]) => ({ kind: 'sequence-classification', classes: labels.length }) as const,
  checkNew: checkClassNames,
} as const;

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
export class BertForSequenceClassification extends PooledModel {
  readonly architecture = 'BertForSequenceClassification';

  private constructor(...parts: PooledParts) {
    super(...parts);
  }

  /** A classifier with fresh weights everywhere, a function of `seed` alone. */
  static fromConfig(config: BertConfig, options: PooledOptions): BertForSequenceClassification {
    return new BertForSequenceClassification(...PooledModel.fresh(config, options, classification));
  }

  /**
   * Reads a checkpoint folder. A pretrained one has no classifier: give `labels`, and the head is newly drawn from `seed`. A
   * fine-tuned one brings its own labels and pooling; `labels`, when given, must then be the same.
   *
   * @throws CheckpointError when there is no checkpoint, or its tensors contradict each other
   * @throws ConfigError when config.json cannot be, or claims other sizes than the tensors have
   * @throws CheckpointMismatchError when tensors are missing, left over or of another shape
   * @throws LabelError when there are no labels, or they are not the checkpoint's
   * @throws VocabularyMismatchError when `vocabulary` is not the one stored with the checkpoint
   */
  static async fromPretrained(
    dir: string,
    options: Partial<PooledOptions> = {},
  ): Promise<BertForSequenceClassification> {
    return new BertForSequenceClassification(...(await PooledModel.load(dir, options, classification)));
  }
}

const regression = {
  kind: 'sequence-regression',
  headOf: (labels: readonly string[]) => ({ kind: 'sequence-regression', targets: labels.length }) as const,
  checkNew: checkValueNames,
} as const;

/**
 * Geneformer with a regression on top: pooler (dense + tanh) → dropout → linear, one output a value, trained on the mean squared error.
 * Values are predicted as they are given: bring them to mean 0 and deviation 1 or so beforehand. In Hugging Face's layout it is a
 * BertForSequenceClassification with `problem_type: "regression"`.
 *
 * ```ts
 * const model = await BertForSequenceRegression.fromPretrained('pretrained', { labels: ['age'] });
 * await finetuneRegression(model, cells, ages, { learningRate: 5e-5 });   // Float32Array, one value a cell
 * const { values } = await predictValues(model, otherCells);
 * ```
 */
export class BertForSequenceRegression extends PooledModel {
  readonly architecture = 'BertForSequenceClassification';

  private constructor(...parts: PooledParts) {
    super(...parts);
  }

  /** A regression with fresh weights everywhere, a function of `seed` alone; value i of every target array is `labels[i]`. */
  static fromConfig(config: BertConfig, options: PooledOptions): BertForSequenceRegression {
    return new BertForSequenceRegression(...PooledModel.fresh(config, options, regression));
  }

  /**
   * Reads a checkpoint folder. A pretrained one, or a classifier's, has no regression: give `labels`, and the head is newly drawn from
   * `seed`. A fine-tuned one brings its own names and pooling; `labels`, when given, must then be the same.
   *
   * @throws CheckpointError when there is no checkpoint, or its tensors contradict each other
   * @throws ConfigError when config.json cannot be, or claims other sizes than the tensors have
   * @throws CheckpointMismatchError when tensors are missing, left over or of another shape
   * @throws LabelError when there are no names, or they are not the checkpoint's
   * @throws VocabularyMismatchError when `vocabulary` is not the one stored with the checkpoint
   */
  static async fromPretrained(dir: string, options: Partial<PooledOptions> = {}): Promise<BertForSequenceRegression> {
    return new BertForSequenceRegression(...(await PooledModel.load(dir, options, regression)));
  }
}

function checkValueNames(labels: readonly string[]): void {
  if (labels.length < 1) throw new LabelError('there is no value to predict; give the name of one at least');
  if (new Set(labels).size < labels.length) throw new LabelError(`${labels.join(', ')}: names of values must differ`);
}
