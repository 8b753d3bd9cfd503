import { ConfigError } from './errors.js';

/**
 * The shape of a Geneformer, under the names Hugging Face's `config.json` uses, so that a published file is a value of this
 * type. Only what Geneformer uses is supported: learned absolute positions and ReLU.
 */
export interface BertConfig {
  /** Number of token ids, specials included. */
  vocab_size: number;
  /** Width of the residual stream. */
  hidden_size: number;
  num_hidden_layers: number;
  /** Divides `hidden_size`. */
  num_attention_heads: number;
  /** Width inside the feed-forward block. */
  intermediate_size: number;
  hidden_act: 'relu';
  hidden_dropout_prob: number;
  attention_probs_dropout_prob: number;
  /** Longest cell, in tokens. */
  max_position_embeddings: number;
  type_vocab_size: number;
  /** Standard deviation of newly drawn weights. */
  initializer_range: number;
  layer_norm_eps: number;
  pad_token_id: number;
  /** Dropout before the classifier; `hidden_dropout_prob` when null or absent. */
  classifier_dropout?: number | null;
}

const counts = [
  'vocab_size',
  'hidden_size',
  'num_hidden_layers',
  'num_attention_heads',
  'intermediate_size',
  'max_position_embeddings',
  'type_vocab_size',
] as const;

const rates = ['hidden_dropout_prob', 'attention_probs_dropout_prob'] as const;

/** The values Hugging Face's BertConfig assumes for fields a file leaves out, where Geneformer's files may do so. */
const assumed: Pick<BertConfig, 'type_vocab_size' | 'initializer_range' | 'layer_norm_eps' | 'pad_token_id'> = {
  type_vocab_size: 2,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
};

/**
 * Checks a parsed `config.json` (or a literal) and returns the fields this package uses, other keys left out.
 *
 * @param source named in errors, a path for example
 * @throws ConfigError naming the first field that cannot be
 */
export function parseConfig(value: unknown, source = 'configuration'): BertConfig {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(source, '(root)', value, 'give an object with the fields of a BERT config.json');
  }
  const raw: Record<string, unknown> = { ...assumed, ...value };
  const number = (field: string): number => {
    const found = raw[field];
    if (typeof found !== 'number' || !Number.isFinite(found)) {
      throw new ConfigError(source, field, found ?? null, 'give a number');
    }
    return found;
  };
  for (const field of counts) {
    if (!Number.isInteger(number(field)) || number(field) < 1) {
      throw new ConfigError(source, field, raw[field], 'give a whole number of at least 1');
    }
  }
  for (const field of rates) {
    if (number(field) < 0 || number(field) >= 1) throw new ConfigError(source, field, raw[field], 'give 0 ≤ rate < 1');
  }
  if (raw['hidden_act'] !== 'relu') {
    throw new ConfigError(source, 'hidden_act', raw['hidden_act'], 'Geneformer uses "relu", the only one supported');
  }
  const positions = raw['position_embedding_type'];
  if (positions !== undefined && positions !== 'absolute') {
    throw new ConfigError(source, 'position_embedding_type', positions, 'only "absolute" is supported');
  }
  if (number('hidden_size') % number('num_attention_heads') !== 0) {
    throw new ConfigError(source, 'num_attention_heads', raw['num_attention_heads'], 'it must divide hidden_size');
  }
  if (number('pad_token_id') >= number('vocab_size') || number('pad_token_id') < 0) {
    throw new ConfigError(source, 'pad_token_id', raw['pad_token_id'], 'it must be an id below vocab_size');
  }
  const classifierDropout = raw['classifier_dropout'] ?? null;
  if (classifierDropout !== null && (typeof classifierDropout !== 'number' || classifierDropout < 0)) {
    throw new ConfigError(source, 'classifier_dropout', classifierDropout, 'give null or a rate');
  }
  return {
    vocab_size: number('vocab_size'),
    hidden_size: number('hidden_size'),
    num_hidden_layers: number('num_hidden_layers'),
    num_attention_heads: number('num_attention_heads'),
    intermediate_size: number('intermediate_size'),
    hidden_act: 'relu',
    hidden_dropout_prob: number('hidden_dropout_prob'),
    attention_probs_dropout_prob: number('attention_probs_dropout_prob'),
    max_position_embeddings: number('max_position_embeddings'),
    type_vocab_size: number('type_vocab_size'),
    initializer_range: number('initializer_range'),
    layer_norm_eps: number('layer_norm_eps'),
    pad_token_id: number('pad_token_id'),
    classifier_dropout: classifierDropout,
  };
}
