import { checkOptions } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import { type BertConfig, parseConfig } from '../bert/config.js';
import { type DropoutSeeds, embed, encode, type EncoderInput } from '../bert/encoder.js';
import { maskedLmLogits } from '../bert/heads.js';
import { type Head, modelLayout } from '../bert/layout.js';
import { initialWeights, type Weights } from '../bert/parameters.js';
import type { VocabularyTag } from '../bert/vocabulary-tag.js';
import { withCheckpoint } from '../checkpoint/checkpoint.js';
import { readWeights } from '../checkpoint/state-dict.js';
import { checkTied } from '../checkpoint/tensor-names.js';
import { BertModel } from './model.js';

const head: Head = { kind: 'masked-lm' };

/**
 * Geneformer with the pretraining head, which predicts masked genes: the logit of every gene at given positions.
 *
 * ```ts
 * const model = BertForMaskedLM.fromConfig(presetConfig('embedded', vocabulary.size), { vocabulary, seed: 0 });
 * await pretrain(model, cells, { learningRate: 1e-3, numTrainEpochs: 1 });
 * await model.savePretrained('pretrained');
 * ```
 */
export class BertForMaskedLM extends BertModel {
  readonly architecture = 'BertForMaskedLM';

  private constructor(config: BertConfig, weights: Weights, vocabulary: VocabularyTag | null) {
    super(config, head, weights, vocabulary);
  }

  /** Creates a model with random initialization, which depends only on `seed` (default 0). */
  static fromConfig(config: BertConfig, options: { seed?: number; vocabulary?: VocabularyTag } = {}): BertForMaskedLM {
    checkOptions('fromConfig', options, { seed: true, vocabulary: true });
    const { seed = 0, vocabulary } = options;
    const checked = parseConfig(config);
    return new BertForMaskedLM(checked, initialWeights(modelLayout(checked, head), checked, seed), vocabulary ?? null);
  }

  /**
   * Reads a Hugging Face checkpoint folder: `config.json`, and `model.safetensors` or `pytorch_model.bin`.
   *
   * ```ts
   * const model = await BertForMaskedLM.fromPretrained('checkpoints/Geneformer-V1-10M');
   * ```
   *
   * @throws CheckpointError without a checkpoint, or if its tensors contradict each other
   * @throws ConfigError if config.json is invalid, or states other sizes than those of the tensors
   * @throws CheckpointMismatchError if tensors are missing, unexpected or have another shape
   * @throws VocabularyMismatchError if `vocabulary` differs from that of the checkpoint
   */
  static async fromPretrained(dir: string, options: { vocabulary?: VocabularyTag } = {}): Promise<BertForMaskedLM> {
    checkOptions('fromPretrained', options, { vocabulary: true });
    return withCheckpoint(dir, options.vocabulary, async ({ config, opened, vocabulary: tag }) => {
      await checkTied(opened, config);
      const { weights } = await readWeights(opened, { required: modelLayout(config, head) });
      return new BertForMaskedLM(config, weights, tag);
    });
  }

  /**
   * Returns the logits [positions, vocabulary] at flat positions (row × length + position), the same number per row.
   *
   * @param seeds seeds of the dropout, in training only
   */
  logits(input: EncoderInput, positions: tf.Tensor1D, seeds?: DropoutSeeds): tf.Tensor2D {
    return tf.tidy(() => {
      const state = embed(this.parameters, this.config, input, seeds);
      const hidden = encode(this.parameters, this.config, state, input, { queries: positions, seeds });
      return maskedLmLogits(this.parameters, this.config, hidden);
    });
  }
}
