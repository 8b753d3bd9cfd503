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
 * Geneformer with the head it is pretrained with: for chosen positions, the logit of every gene.
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

  /** A model with fresh weights, a function of `seed` (default 0) alone. */
  static fromConfig(
    config: BertConfig,
    { seed = 0, vocabulary }: { seed?: number; vocabulary?: VocabularyTag } = {},
  ): BertForMaskedLM {
    const checked = parseConfig(config);
    return new BertForMaskedLM(checked, initialWeights(modelLayout(checked, head), checked, seed), vocabulary ?? null);
  }

  /**
   * Reads a Hugging Face checkpoint folder (`config.json`, and `model.safetensors` or `pytorch_model.bin`).
   *
   * @throws CheckpointError when there is no checkpoint, or its tensors contradict each other
   * @throws ConfigError when config.json cannot be, or claims other sizes than the tensors have
   * @throws CheckpointMismatchError when tensors are missing, left over or of another shape
   * @throws VocabularyMismatchError when `vocabulary` is not the one stored with the checkpoint
   */
  static async fromPretrained(
    dir: string,
    { vocabulary }: { vocabulary?: VocabularyTag } = {},
  ): Promise<BertForMaskedLM> {
    return withCheckpoint(dir, vocabulary, async ({ config, opened, vocabulary: tag }) => {
      await checkTied(opened, config);
      const { weights } = await readWeights(opened, { required: modelLayout(config, head) });
      return new BertForMaskedLM(config, weights, tag);
    });
  }

  /**
   * Logits [positions, vocabulary] at flat positions (row × length + position), the same number for each row.
   *
   * @param seeds given while training, for dropout
   */
  logits(input: EncoderInput, positions: tf.Tensor1D, seeds?: DropoutSeeds): tf.Tensor2D {
    return tf.tidy(() => {
      const state = embed(this.parameters, this.config, input, seeds);
      const hidden = encode(this.parameters, this.config, state, input, { queries: positions, seeds });
      return maskedLmLogits(this.parameters, this.config, hidden);
    });
  }
}
