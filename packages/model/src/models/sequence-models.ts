import { checkChoice, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import { type BertConfig, parseConfig } from '../bert/config.js';
import { type DropoutSeeds, embed, encode, type EncoderInput } from '../bert/encoder.js';
import { pooledOutputs, type Pooling, poolings, weightedMean } from '../bert/heads.js';
import { type Head, modelLayout } from '../bert/layout.js';
import { initialWeights, type Weights } from '../bert/parameters.js';
import type { VocabularyTag } from '../bert/vocabulary-tag.js';
import {
  checkClassNames,
  namedHeadOptionNames,
  type NamedHeadOptions,
  readNamedHead,
} from '../checkpoint/named-head.js';
import { LabelError } from '../errors.js';
import type { PoolingInput } from './input.js';
import { BertModel } from './model.js';

/** Options of models with one output vector per cell. */
export interface PooledOptions extends NamedHeadOptions {
  /** How the vector of a cell is computed; default `cls`, as published. */
  pooling?: Pooling;
}

const known: OptionNames<PooledOptions> = { pooling: true, ...namedHeadOptionNames };

/** A kind of head on the vector of a cell. */
interface PooledKind {
  kind: Head['kind'];
  headOf: (labels: readonly string[]) => Head;
  /** Throws unless the names are valid for a new head. */
  checkNew: (labels: readonly string[]) => void;
}

/** Arguments of the constructor of a pooled model. */
export type PooledParts = [
  config: BertConfig,
  head: Head,
  weights: Weights,
  vocabulary: VocabularyTag | null,
  labels: readonly string[],
  pooling: Pooling,
];

/** Base class of models with named outputs per cell, classes or values, computed from one vector. */
export abstract class PooledModel extends BertModel {
  /** Names of the outputs, by column. */
  override readonly labels: readonly string[];
  override readonly pooling: Pooling;

  protected constructor(...[config, head, weights, vocabulary, labels, pooling]: PooledParts) {
    super(config, head, weights, vocabulary);
    this.labels = labels;
    this.pooling = pooling;
  }

  /** Returns the parts of a model with random initialization. */
  protected static initialize(
    config: BertConfig,
    options: PooledOptions,
    { headOf, checkNew }: PooledKind,
  ): PooledParts {
    checkOptions('fromConfig', options, known);
    const { labels, pooling = 'cls', seed = 0, vocabulary } = options;
    checkNew(labels);
    checkChoice('pooling', pooling, poolings);
    const checked = parseConfig(config);
    const head = headOf(labels);
    const weights = initialWeights(modelLayout(checked, head), checked, seed);
    return [checked, head, weights, vocabulary ?? null, [...labels], pooling];
  }

  /** Returns the parts of a model from a checkpoint folder, or of a new head on the encoder of a folder. */
  protected static async load(dir: string, options: Partial<PooledOptions>, head: PooledKind): Promise<PooledParts> {
    checkOptions('fromPretrained', options, known);
    if (options.pooling !== undefined) checkChoice('pooling', options.pooling, poolings);
    const { checkpoint, weights, labels } = await readNamedHead(dir, head.kind, options, head);
    const pooling = options.pooling ?? checkpoint.pooling ?? 'cls';
    return [checkpoint.config, head.headOf(labels), weights, checkpoint.vocabulary, labels, pooling];
  }

  /**
   * Returns the outputs of the head [rows, labels]: class logits, or values.
   *
   * @param from hidden state to start from, if the part below is already computed; default the token ids
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

  /** Returns the outputs of the head for pooled vectors [rows, hidden]. */
  headLogits(vectors: tf.Tensor2D, seeds?: DropoutSeeds): tf.Tensor2D {
    return pooledOutputs(this.parameters, this.config, vectors, seeds);
  }

  /** Returns the pooled vector of each row [rows, hidden], computed from hidden state `from`. */
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
 * Geneformer with a head that classifies cells: pooler (dense → tanh) → dropout → linear.
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

  /** Creates a classifier with random initialization, which depends only on `seed`. */
  static fromConfig(config: BertConfig, options: PooledOptions): BertForSequenceClassification {
    return new BertForSequenceClassification(...PooledModel.initialize(config, options, classification));
  }

  /**
   * Reads a checkpoint folder. For a pretrained model without a classifier, give `labels`; the new head is initialized from
   * `seed`. A fine-tuned classifier has its own labels and pooling; `labels` must then be the same if given.
   *
   * @throws CheckpointError without a checkpoint, or if its tensors contradict each other
   * @throws ConfigError if config.json is invalid, or states other sizes than those of the tensors
   * @throws CheckpointMismatchError if tensors are missing, unexpected or have another shape
   * @throws LabelError without labels, or if they differ from those of the checkpoint
   * @throws VocabularyMismatchError if `vocabulary` differs from that of the checkpoint
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
 * Geneformer with a head that predicts values: pooler (dense → tanh) → dropout → linear, one output per value. It is trained on
 * the mean squared error of the values as given; scale them to about mean 0 and standard deviation 1. In Hugging Face's layout it is
 * a BertForSequenceClassification with `problem_type: "regression"`.
 *
 * ```ts
 * const model = await BertForSequenceRegression.fromPretrained('pretrained', { labels: ['age'] });
 * await finetuneRegression(model, cells, ages, { learningRate: 5e-5 });   // Float32Array, one value per cell
 * const { values } = await predictValues(model, otherCells);
 * ```
 */
export class BertForSequenceRegression extends PooledModel {
  readonly architecture = 'BertForSequenceClassification';

  private constructor(...parts: PooledParts) {
    super(...parts);
  }

  /** Creates a regression with random initialization, which depends only on `seed`. Column i of the targets is `labels[i]`. */
  static fromConfig(config: BertConfig, options: PooledOptions): BertForSequenceRegression {
    return new BertForSequenceRegression(...PooledModel.initialize(config, options, regression));
  }

  /**
   * Reads a checkpoint folder. For a pretrained model or a classifier, give `labels`; the new head is initialized from `seed`. A
   * fine-tuned regression has its own names and pooling; `labels` must then be the same if given.
   *
   * @throws CheckpointError without a checkpoint, or if its tensors contradict each other
   * @throws ConfigError if config.json is invalid, or states other sizes than those of the tensors
   * @throws CheckpointMismatchError if tensors are missing, unexpected or have another shape
   * @throws LabelError without names, or if they differ from those of the checkpoint
   * @throws VocabularyMismatchError if `vocabulary` differs from that of the checkpoint
   */
  static async fromPretrained(dir: string, options: Partial<PooledOptions> = {}): Promise<BertForSequenceRegression> {
    return new BertForSequenceRegression(...(await PooledModel.load(dir, options, regression)));
  }
}

function checkValueNames(labels: readonly string[]): void {
  if (labels.length < 1) throw new LabelError('labels is empty; give the name of at least one value');
  if (new Set(labels).size < labels.length)
    throw new LabelError(`labels are ${labels.join(', ')}; give each value a different name`);
}
