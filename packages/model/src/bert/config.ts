import { ConfigError } from '../errors.js';

/**
 * The shape of a Geneformer model, with the field names of Hugging Face's `config.json`. Only Geneformer's variants are
 * supported: learned absolute positions and ReLU.
 */
export interface BertConfig {
  /** Number of token ids, including special tokens. */
  vocab_size: number;
  /** Width of the hidden states. */
  hidden_size: number;
  num_hidden_layers: number;
  /** Must divide `hidden_size`. */
  num_attention_heads: number;
  /** Width of the feed-forward block. */
  intermediate_size: number;
  hidden_act: 'relu';
  hidden_dropout_prob: number;
  attention_probs_dropout_prob: number;
  /** Maximum length of a cell, in tokens. */
  max_position_embeddings: number;
  type_vocab_size: number;
  /** Standard deviation of newly initialized weights. */
  initializer_range: number;
  layer_norm_eps: number;
  pad_token_id: number;
  /** Dropout before the classifier; `hidden_dropout_prob` if null or absent. */
  classifier_dropout?: number | null;
  /** Whether the masked-gene decoder uses the word embeddings, as in every published Geneformer; default true. */
  tie_word_embeddings?: boolean;
  /**
   * Whether the model reads the expression levels of the genes besides their ranks; default false, as in every published Geneformer. The
   * vector of a gene is multiplied with its level, log(1 + counts per 10,000), and `mean` pooling weights genes by their levels.
   */
  expression_levels?: boolean;
}

/** Fields that are counts, with their maximum: far beyond any BERT, and small enough that loops over them end. */
const counts = [
  ['vocab_size', 10_000_000],
  ['hidden_size', 65_536],
  ['num_hidden_layers', 1_000],
  ['num_attention_heads', 65_536],
  ['intermediate_size', 1_000_000],
  ['max_position_embeddings', 10_000_000],
  ['type_vocab_size', 1_000_000],
] as const;

/** Fields that are the number of rows of a tensor with `hidden_size` columns, which must fit in a typed array. */
const rows = ['vocab_size', 'max_position_embeddings', 'type_vocab_size', 'hidden_size', 'intermediate_size'] as const;
const MOST_ELEMENTS = 2 ** 31 - 1;

const rates = ['hidden_dropout_prob', 'attention_probs_dropout_prob'] as const;

/** Defaults of Hugging Face's BertConfig for fields that Geneformer's files may omit. */
const defaults: Pick<BertConfig, 'type_vocab_size' | 'initializer_range' | 'layer_norm_eps' | 'pad_token_id'> = {
  type_vocab_size: 2,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
};

/**
 * Checks a parsed `config.json` (or an object literal) and returns the fields that this package uses.
 *
 * ```ts
 * const config = parseConfig(JSON.parse(await readFile('config.json', 'utf8')), 'config.json');
 * ```
 *
 * @param source the name to use in errors, such as a path
 * @throws ConfigError about the first field with an invalid value
 */
export function parseConfig(value: unknown, source = 'configuration'): BertConfig {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(source, '(root)', value, 'give an object with the fields of a BERT config.json');
  }
  const raw: Record<string, unknown> = { ...defaults, ...value };
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
    throw new ConfigError(source, 'hidden_act', raw['hidden_act'], 'only "relu" is supported, which Geneformer uses');
  }
  const type = raw['model_type'] ?? 'bert';
  if (type !== 'bert')
    throw new ConfigError(source, 'model_type', type, 'only "bert" is supported, the type of Geneformer');
  for (const field of ['is_decoder', 'add_cross_attention']) {
    if (raw[field]) throw new ConfigError(source, field, raw[field], 'only encoders are supported; set it to false');
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
  const flag = (field: string, byDefault: boolean): boolean => {
    const found = raw[field] ?? byDefault;
    if (typeof found !== 'boolean') throw new ConfigError(source, field, found, 'give true or false');
    return found;
  };
  const tied = flag('tie_word_embeddings', true);
  const levels = flag('expression_levels', false);
  if (levels && number('type_vocab_size') < 2) {
    const remedy = 'expression_levels needs the second row of the token types; give at least 2';
    throw new ConfigError(source, 'type_vocab_size', raw['type_vocab_size'], remedy);
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
    ...(!tied && { tie_word_embeddings: false }),
    ...(levels && { expression_levels: true }),
  };
}

function isRate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1;
}
