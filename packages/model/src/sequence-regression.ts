import type { BertConfig } from './config.js';
import { LabelError } from './errors.js';
import { PooledModel, type PooledOptions, type PooledParts } from './pooled-model.js';

const head = {
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
    return new BertForSequenceRegression(...PooledModel.fresh(config, options, head));
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
    return new BertForSequenceRegression(...(await PooledModel.load(dir, options, head)));
  }
}

function checkValueNames(labels: readonly string[]): void {
  if (labels.length < 1) throw new LabelError('there is no value to predict; give the name of one at least');
  if (new Set(labels).size < labels.length) throw new LabelError(`${labels.join(', ')}: names of values must differ`);
}
