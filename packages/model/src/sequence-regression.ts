import { type NamedHeadOptions, readNamedHead } from './classifier-checkpoint.js';
import { type BertConfig, parseConfig } from './config.js';
import { LabelError } from './errors.js';
import { type Head, modelLayout } from './layout.js';
import { PooledModel } from './pooled-model.js';
import type { Pooling } from './pooling.js';
import type { VocabularyTag } from './vocabulary-tag.js';
import { initialWeights, type Weights } from './weights.js';

export interface RegressionOptions extends NamedHeadOptions {
  /** Name of each value predicted, unique; value i of every target array is `labels[i]`. */
  labels: readonly string[];
  /** What of a cell is read; default `cls`. */
  pooling?: Pooling;
}

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

  private constructor(
    config: BertConfig,
    weights: Weights,
    vocabulary: VocabularyTag | null,
    labels: readonly string[],
    pooling: Pooling,
  ) {
    super(config, regressionHead(labels), weights, vocabulary, labels, pooling);
  }

  /** A regression with fresh weights everywhere, a function of `seed` alone. */
  static fromConfig(config: BertConfig, options: RegressionOptions): BertForSequenceRegression {
    const { labels, pooling = 'cls', seed = 0, vocabulary } = options;
    checkValueNames(labels);
    const checked = parseConfig(config);
    const weights = initialWeights(modelLayout(checked, regressionHead(labels)), checked, seed);
    return new BertForSequenceRegression(checked, weights, vocabulary ?? null, [...labels], pooling);
  }

  /**
   * Reads a checkpoint folder. A pretrained one, or a classifier's, has no regression: give `labels`, and the head is newly drawn from
   * `seed`. A fine-tuned one brings its own names and pooling; `labels`, when given, must then be the same.
   *
   * @throws CheckpointMismatchError when tensors are missing, left over or of another shape
   * @throws LabelError when there are no names, or they are not the checkpoint's
   * @throws VocabularyMismatchError when `vocabulary` is not the one stored with the checkpoint
   */
  static async fromPretrained(
    dir: string,
    options: Partial<RegressionOptions> = {},
  ): Promise<BertForSequenceRegression> {
    const { checkpoint, weights, labels } = await readNamedHead(dir, 'sequence-regression', options, {
      headOf: regressionHead,
      checkNew: checkValueNames,
    });
    const pooling = options.pooling ?? checkpoint.pooling ?? 'cls';
    return new BertForSequenceRegression(checkpoint.config, weights, checkpoint.vocabulary, labels, pooling);
  }
}

const regressionHead = (labels: readonly string[]): Head => ({
  kind: 'sequence-regression',
  targets: labels.length,
});

function checkValueNames(labels: readonly string[]): void {
  if (labels.length < 1) throw new LabelError('there is no value to predict; give the name of one at least');
  if (new Set(labels).size < labels.length) throw new LabelError(`${labels.join(', ')}: names of values must differ`);
}
