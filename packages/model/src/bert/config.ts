import { ConfigError } from '../errors.js';

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
  /** `false`: the masked-gene decoder has weights of its own. Else it is the word embeddings, as in every published Geneformer. */
  tie_word_embeddings?: boolean;
}

/** Fields that count something, and the most each may be: far beyond any BERT, and little enough for what is made by them to end. */
const counts = [
  ['vocab_size', 10_000_000],
  ['hidden_size', 65_536],
  ['num_hidden_layers', 1_000],
  ['num_attention_heads', 65_536],
  ['intermediate_size', 1_000_000],
  ['max_position_embeddings', 10_000_000],
  ['type_vocab_size', 1_000_000],
] as const;

/** Fields that give the rows of a tensor as wide as `hidden_size`, and the elements that a typed array may have. */
const rows = ['vocab_size', 'max_position_embeddings', 'type_vocab_size', 'hidden_size', 'intermediate_size'] as const;
const MOST_ELEMENTS = 2 ** 31 - 1;

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
  for (const [field, most] of counts) {
    const remedy = `give a whole number of at least 1 and at most ${most}`;
    const value = number(field);
    if (!Number.isInteger(value) || value < 1 || value > most) throw new ConfigError(source, field, raw[field], remedy);
  }
  for (const field of rows) {
    const most = Math.floor(MOST_ELEMENTS / number('hidden_size'));
    if (number(field) <= most) continue;
    throw new ConfigError(source, field, raw[field], `with this hidden_size it can be at most ${most}`);
  }
  for (const field of ['initializer_range', 'layer_norm_eps'] as const) {
    if (number(field) < 0) throw new ConfigError(source, field, raw[field], 'give a number of at least 0');
  }
  for (const field of rates) {
    if (!isRate(number(field))) throw new ConfigError(source, field, raw[field], 'give 0 ≤ rate < 1');
  }
  if (raw['hidden_act'] !== 'relu') {
    throw new ConfigError(source, 'hidden_act', raw['hidden_act'], 'Geneformer uses "relu", the only one supported');
  }
  const type = raw['model_type'] ?? 'bert';
  if (type !== 'bert')
    throw new ConfigError(source, 'model_type', type, 'only "bert" is supported, which Geneformer is');
  for (const field of ['is_decoder', 'add_cross_attention']) {
    if (raw[field]) throw new ConfigError(source, field, raw[field], 'only encoders are supported: false');
  }
  const positions = raw['position_embedding_type'];
  if (positions !== undefined && positions !== 'absolute') {
    throw new ConfigError(source, 'position_embedding_type', positions, 'only "absolute" is supported');
  }
  if (number('hidden_size') % number('num_attention_heads') !== 0) {
    throw new ConfigError(source, 'num_attention_heads', raw['num_attention_heads'], 'it must divide hidden_size');
  }
  const pad = number('pad_token_id');
  if (!Number.isInteger(pad) || pad < 0 || pad >= number('vocab_size')) {
    throw new ConfigError(source, 'pad_token_id', raw['pad_token_id'], 'it must be an id below vocab_size');
  }
  const classifierDropout = raw['classifier_dropout'] ?? null;
  if (classifierDropout !== null && !isRate(classifierDropout)) {
    throw new ConfigError(source, 'classifier_dropout', classifierDropout, 'give null or 0 ≤ rate < 1');
  }
  const tied = raw['tie_word_embeddings'] ?? true;
  if (typeof tied !== 'boolean') throw new ConfigError(source, 'tie_word_embeddings', tied, 'give true or false');
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
    ...(!tied && { tie_word_embeddings: false }),
  };
}

function isRate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1;
}
