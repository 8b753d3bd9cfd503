import { checkClassNames, type NamedHeadOptions, readNamedHead } from './classifier-checkpoint.js';
import { type BertConfig, parseConfig } from './config.js';
import { type Head, modelLayout } from './layout.js';
import { PooledModel } from './pooled-model.js';
import type { Pooling } from './pooling.js';
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
export class BertForSequenceClassification extends PooledModel {
  readonly architecture = 'BertForSequenceClassification';

  private constructor(
    config: BertConfig,
    weights: Weights,
    vocabulary: VocabularyTag | null,
    labels: readonly string[],
    pooling: Pooling,
  ) {
    super(config, classifierHead(labels), weights, vocabulary, labels, pooling);
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
}

const classifierHead = (labels: readonly string[]): Head => ({
  kind: 'sequence-classification',
  classes: labels.length,
});
