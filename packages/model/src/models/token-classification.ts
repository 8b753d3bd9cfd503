import { checkOptions } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import { type BertConfig, parseConfig } from '../bert/config.js';
import { type DropoutSeeds, embed, encode, type EncoderInput } from '../bert/encoder.js';
import { classifierLogits } from '../bert/heads.js';
import { type Head, modelLayout } from '../bert/layout.js';
import { initialWeights, type Weights } from '../bert/parameters.js';
import type { VocabularyTag } from '../bert/vocabulary-tag.js';
import {
  checkClassNames,
  namedHeadOptionNames,
  type NamedHeadOptions,
  readNamedHead,
} from '../checkpoint/named-head.js';
import { BertModel } from './model.js';

/**
 * Geneformer with a head that classifies genes: dropout → linear at every token.
 *
 * ```ts
 * const model = await BertForTokenClassification.fromPretrained('pretrained', { labels: ['insensitive', 'sensitive'] });
 * const classes = new Map([[1831, 1], [7261, 0]]);               // class of each labeled gene, by token id
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

  /** Creates a classifier with random initialization, which depends only on `seed`. */
  static fromConfig(config: BertConfig, options: NamedHeadOptions): BertForTokenClassification {
    checkOptions('fromConfig', options, namedHeadOptionNames);
    const { labels, seed = 0, vocabulary } = options;
    checkClassNames(labels);
    const checked = parseConfig(config);
    const weights = initialWeights(modelLayout(checked, tokenHead(labels)), checked, seed);
    return new BertForTokenClassification(checked, weights, vocabulary ?? null, [...labels]);
  }

  /**
   * Reads a checkpoint folder. For a pretrained model or a cell classifier, give `labels`; the new head is initialized from `seed`.
   * A fine-tuned gene classifier has its own labels; `labels` must then be the same if given.
   *
   * @throws CheckpointError without a checkpoint, or if its tensors contradict each other
   * @throws ConfigError if config.json is invalid, or states other sizes than those of the tensors
   * @throws CheckpointMismatchError if tensors are missing, unexpected or have another shape
   * @throws LabelError without labels, or if they differ from those of the checkpoint
   * @throws VocabularyMismatchError if `vocabulary` differs from that of the checkpoint
   */
  static async fromPretrained(
    dir: string,
    options: Partial<NamedHeadOptions> = {},
  ): Promise<BertForTokenClassification> {
    checkOptions('fromPretrained', options, namedHeadOptionNames);
    const { checkpoint, weights, labels } = await readNamedHead(dir, 'token-classification', options, {
      headOf: tokenHead,
      checkNew: checkClassNames,
    });
    return new BertForTokenClassification(checkpoint.config, weights, checkpoint.vocabulary, labels);
  }

  /**
   * Returns the class logits [positions, classes] at flat positions (row × length + position), the same number per row. The last
   * layer is computed only there.
   *
   * @param from hidden state to start from, if the part below is already computed; default the token ids
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
      return classifierLogits(parameters, config, hidden, seeds);
    });
  }
}

const tokenHead = (labels: readonly string[]): Head => ({ kind: 'token-classification', classes: labels.length });
