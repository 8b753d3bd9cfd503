import { ArgumentError } from '@geneformer-ts/core';
import type { BertConfig } from './config.js';

type Shape = Omit<
  BertConfig,
  'hidden_act' | 'type_vocab_size' | 'initializer_range' | 'layer_norm_eps' | 'pad_token_id' | 'classifier_dropout'
>;

const bert = (shape: Shape): BertConfig => ({
  ...shape,
  hidden_act: 'relu',
  type_vocab_size: 2,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  classifier_dropout: null,
});

const v1 = (layers: number, hidden: number, heads: number): BertConfig =>
  bert({
    vocab_size: 25_426,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: 2 * hidden,
    hidden_dropout_prob: 0.02,
    attention_probs_dropout_prob: 0.02,
    max_position_embeddings: 2048,
  });

const v2 = (layers: number, hidden: number, heads: number, widening: 2 | 4, dropout: number): BertConfig =>
  bert({
    vocab_size: 20_275,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: widening * hidden,
    hidden_dropout_prob: dropout,
    attention_probs_dropout_prob: dropout,
    max_position_embeddings: 4096,
  });

const published = {
  'geneformer-v1-10m': v1(6, 256, 4),
  'geneformer-v1-12l': v1(12, 512, 8),
  'geneformer-12l-95m': v2(12, 512, 8, 2, 0.02),
  'geneformer-20l-95m': v2(20, 896, 14, 2, 0.02),
  'geneformer-v2-104m': v2(12, 768, 12, 4, 0.1),
  'geneformer-v2-104m-clcancer': v2(12, 768, 12, 4, 0.1),
  'geneformer-v2-316m': v2(18, 1152, 18, 4, 0.1),
} as const;

const own = {
  tiny: (vocabularySize: number): BertConfig =>
    bert({
      vocab_size: vocabularySize,
      hidden_size: 16,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      intermediate_size: 32,
      hidden_dropout_prob: 0.02,
      attention_probs_dropout_prob: 0.02,
      max_position_embeddings: 64,
    }),
  embedded: (vocabularySize: number): BertConfig =>
    bert({
      vocab_size: vocabularySize,
      hidden_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 1,
      intermediate_size: 128,
      hidden_dropout_prob: 0.02,
      attention_probs_dropout_prob: 0.02,
      max_position_embeddings: 512,
    }),
} as const;

/** A published model; its vocabulary is fixed. */
export type PublishedName = keyof typeof published;
/** A published model, or a shape of this project for any vocabulary. */
export type PresetName = PublishedName | keyof typeof own;

/** The names of all presets, published ones first. */
export const presetNames: readonly PresetName[] = [
  ...(Object.keys(published) as PublishedName[]),
  ...(Object.keys(own) as (keyof typeof own)[]),
];

/**
 * Returns the configuration of a preset, a new object at each call.
 *
 * Published: `geneformer-v1-10m`, `geneformer-v1-12l`, `geneformer-12l-95m`, `geneformer-20l-95m`, `geneformer-v2-104m`,
 * `geneformer-v2-104m-clcancer`, `geneformer-v2-316m`, as in their `config.json`. Of this project: `tiny` (2 layers ×
 * 16, 64 positions, for tests) and `embedded` (2 layers × 64, one head as wide as the published ones, feed-forward 128, 512
 * positions, for the default profile of the study).
 *
 * ```ts
 * presetConfig('geneformer-v2-104m').num_hidden_layers; // 12
 * presetConfig('tiny', 1000).vocab_size; // 1000
 * ```
 *
 * @param vocabularySize required for presets of this project; optional for published ones, whose vocabulary size it replaces
 * @throws ArgumentError for an unknown name, or without `vocabularySize` if it is required
 */
export function presetConfig(name: string, vocabularySize?: number): BertConfig {
  if (Object.hasOwn(published, name)) {
    const config = published[name as PublishedName];
    return { ...config, vocab_size: vocabularySize ?? config.vocab_size };
  }
  if (!Object.hasOwn(own, name)) throw ArgumentError.of('preset', name, `one of ${presetNames.join(', ')}`);
  if (vocabularySize === undefined) {
    throw new ArgumentError(
      'vocabularySize',
      'is missing',
      `give the size of the vocabulary, which preset "${name}" needs`,
    );
  }
  return own[name as keyof typeof own](vocabularySize);
}
