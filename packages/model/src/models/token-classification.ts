import { tf } from '@geneformer-ts/engine';
import { type BertConfig, parseConfig } from '../bert/config.js';
import { type DropoutSeeds, embed, encode, type EncoderInput } from '../bert/encoder.js';
import { classified } from '../bert/heads.js';
import { type Head, modelLayout } from '../bert/layout.js';
import { initialWeights, type Weights } from '../bert/parameters.js';
import type { VocabularyTag } from '../bert/vocabulary-tag.js';
import { checkClassNames, type NamedHeadOptions, readNamedHead } from '../checkpoint/named-head.js';
import { BertModel } from './model.js';

/**
 * Geneformer with a gene classifier on top: dropout → linear at every token.
 *
 * ```ts
 * const model = await BertForTokenClassification.fromPretrained('pretrained', { labels: ['insensitive', 'sensitive'] });
 * const classes = new Map([[1831, 1], [7261, 0]]);               // class of each labelled gene, by token id
 * await finetuneTokens(model, cells, classes, { freezeLayers: 4, numTrainEpochs: 1 });
 * const found = await predictTokens(model, cells, { tokens: heldOutGenes });
 * averageByGene(found).probabilities;                            // [genes × 2]
 * ```
 */
export class BertForTokenClassification extends BertModel {
  readonly architecture = 'BertForTokenClassification';

  private constructor(
    config: BertConfig,
    weights: Weights,
    vocabulary: VocabularyTag | null,
    /** Class names by id. */
    override readonly labels: readonly string[],
  ) {
    super(config, tokenHead(labels), weights, vocabulary);
  }

  /** A classifier with fresh weights everywhere, a function of `seed` alone. */
  static fromConfig(config: BertConfig, options: NamedHeadOptions): BertForTokenClassification {
    const { labels, seed = 0, vocabulary } = options;
    checkClassNames(labels);
    const checked = parseConfig(config);
    const weights = initialWeights(modelLayout(checked, tokenHead(labels)), checked, seed);
    return new BertForTokenClassification(checked, weights, vocabulary ?? null, [...labels]);
  }

  /**
   * Reads a checkpoint folder. A pretrained one, or that of a cell classifier, has no head for genes: give `labels`, and the head is
   * newly drawn from `seed`. A fine-tuned one brings its own labels; `labels`, when given, must then be the same.
   *
   * @throws CheckpointError when there is no checkpoint, or its tensors contradict each other
   * @throws ConfigError when config.json cannot be, or claims other sizes than the tensors have
   * @throws CheckpointMismatchError when tensors are missing, left over or of another shape
   * @throws LabelError when there are no labels, or they are not the checkpoint's
   * @throws VocabularyMismatchError when `vocabulary` is not the one stored with the checkpoint
   */
  static async fromPretrained(
    dir: string,
    options: Partial<NamedHeadOptions> = {},
  ): Promise<BertForTokenClassification> {
    const { checkpoint, weights, labels } = await readNamedHead(dir, 'token-classification', options, {
      headOf: tokenHead,
      checkNew: checkClassNames,
    });
    return new BertForTokenClassification(checkpoint.config, weights, checkpoint.vocabulary, labels);
  }

  /**
   * Class logits [positions, classes] at flat positions (row × length + position), the same number for each row; the last layer is
   * computed there only.
   *
   * @param from hidden state to start from when the part below is already computed; default: from the token ids
   */
  logits(
    input: EncoderInput,
    positions: tf.Tensor1D,
    { seeds, from }: { seeds?: DropoutSeeds | undefined; from?: { layer: number; state: tf.Tensor2D } } = {},
  ): tf.Tensor2D {
    return tf.tidy(() => {
      const { parameters, config } = this;
      const state = from?.state ?? embed(parameters, config, input, seeds);
      const hidden = encode(parameters, config, state, input, { from: from?.layer ?? 0, queries: positions, seeds });
      return classified(parameters, config, hidden, seeds);
    });
  }
}

const tokenHead = (labels: readonly string[]): Head => ({ kind: 'token-classification', classes: labels.length });
