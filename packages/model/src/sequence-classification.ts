import { checkClassNames } from './classifier-checkpoint.js';
import type { BertConfig } from './config.js';
import { PooledModel, type PooledOptions, type PooledParts } from './pooled-model.js';

const head = {
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
    return new BertForSequenceClassification(...PooledModel.fresh(config, options, head));
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
    return new BertForSequenceClassification(...(await PooledModel.load(dir, options, head)));
  }
}
