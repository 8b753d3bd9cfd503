import { ArgumentError } from '@geneformer-ts/core';
import type { BertConfig } from './config.js';

/**
 * Which tensors a model has: their Hugging Face names and shapes, in one fixed order. Everything that walks over parameters
 * (initialisation, checkpoints, optimiser, counting) walks over this list.
 */
export interface ParameterSpec {
  /** Hugging Face tensor name. */
  name: string;
  /** Shape in memory here. A `matrix` is [in, out]; Hugging Face files hold its transpose, [out, in]. */
  shape: readonly number[];
  /** `matrix`: weight of a linear map; `table`: rows looked up by id; `scale` and `shift`: LayerNorm weight and bias; `bias`. */
  kind: 'matrix' | 'table' | 'scale' | 'shift' | 'bias';
}

/** What stands on top of the encoder. */
export type Head =
  | { kind: 'none' }
  | { kind: 'masked-lm' }
  | { kind: 'sequence-classification'; classes: number }
  | { kind: 'sequence-regression'; targets: number }
  | { kind: 'token-classification'; classes: number };

const linear = (name: string, input: number, output: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [input, output], kind: 'matrix' },
  { name: `${name}.bias`, shape: [output], kind: 'bias' },
];

const decoder = (config: BertConfig): ParameterSpec => ({
  name: 'cls.predictions.decoder.weight',
  shape: [config.vocab_size, config.hidden_size],
  kind: 'table',
});

const norm = (name: string, width: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [width], kind: 'scale' },
  { name: `${name}.bias`, shape: [width], kind: 'shift' },
];

/** Tensors of the embeddings, the part below layer 0. */
export function embeddingLayout(config: BertConfig): ParameterSpec[] {
  const h = config.hidden_size;
  const table = (name: string, rows: number): ParameterSpec => ({
    name: `bert.embeddings.${name}.weight`,
    shape: [rows, h],
    kind: 'table',
  });
  return [
    table('word_embeddings', config.vocab_size),
    table('position_embeddings', config.max_position_embeddings),
    table('token_type_embeddings', config.type_vocab_size),
    ...norm('bert.embeddings.LayerNorm', h),
  ];
}

/** Tensors of encoder layer `index`. */
export function layerLayout(config: BertConfig, index: number): ParameterSpec[] {
  const h = config.hidden_size;
  const at = `bert.encoder.layer.${index}`;
  return [
    ...linear(`${at}.attention.self.query`, h, h),
    ...linear(`${at}.attention.self.key`, h, h),
    ...linear(`${at}.attention.self.value`, h, h),
    ...linear(`${at}.attention.output.dense`, h, h),
    ...norm(`${at}.attention.output.LayerNorm`, h),
    ...linear(`${at}.intermediate.dense`, h, config.intermediate_size),
    ...linear(`${at}.output.dense`, config.intermediate_size, h),
    ...norm(`${at}.output.LayerNorm`, h),
  ];
}

/**
 * Tensors of the head. The masked-LM decoder's weight is listed when it is its own (`tie_word_embeddings: false`), and else is the
 * word embedding.
 */
export function headLayout(config: BertConfig, head: Head): ParameterSpec[] {
  const h = config.hidden_size;
  switch (head.kind) {
    case 'none':
      return [];
    case 'masked-lm':
      return [
        { name: 'cls.predictions.bias', shape: [config.vocab_size], kind: 'bias' },
        ...linear('cls.predictions.transform.dense', h, h),
        ...norm('cls.predictions.transform.LayerNorm', h),
        ...(hasOwnDecoder(config) ? [decoder(config)] : []),
      ];
    case 'sequence-classification':
      return [...linear('bert.pooler.dense', h, h), ...linear('classifier', h, head.classes)];
    case 'sequence-regression':
      return [...linear('bert.pooler.dense', h, h), ...linear('classifier', h, head.targets)];
    case 'token-classification':
      return linear('classifier', h, head.classes);
  }
}

/** Tensors of embeddings and layers: what every checkpoint has. */
export function encoderLayout(config: BertConfig): ParameterSpec[] {
  const layers = Array.from({ length: config.num_hidden_layers }, (_, index) => layerLayout(config, index));
  return [...embeddingLayout(config), ...layers.flat()];
}

/** All tensors of a model, bottom to top. */
export function modelLayout(config: BertConfig, head: Head): ParameterSpec[] {
  return [...encoderLayout(config), ...headLayout(config, head)];
}

/** Number of weights of a model with the given head (default masked-LM), the tied decoder counted once. */
export function parameterCount(config: BertConfig, head: Head = { kind: 'masked-lm' }): number {
  return modelLayout(config, head).reduce((sum, spec) => sum + spec.shape.reduce((a, b) => a * b, 1), 0);
}

/** Whether the masked-gene decoder has weights of its own. */
export function hasOwnDecoder(config: BertConfig): boolean {
  return config.tie_word_embeddings === false;
}

/** Which parameters of a model are trained, and how much of it below them never changes. */
export interface Freezing {
  trainable: ParameterSpec[];
  /** Hidden state that is a fixed function of the tokens, so that it need be computed only once a cell; null: none is. */
  fixedState: number | null;
}

/**
 * @param freezeLayers layers from the bottom that are not trained; `all`: every layer and the embeddings
 * @param freezeEmbeddings whether the embeddings are not trained either
 * @throws ArgumentError for more layers than there are
 */
export function freezing(
  model: { config: BertConfig; parameters: { specs: readonly ParameterSpec[] } },
  freezeLayers: number | 'all',
  freezeEmbeddings: boolean,
): Freezing {
  const { config, parameters } = model;
  const layers = freezeLayers === 'all' ? config.num_hidden_layers : freezeLayers;
  if (!Number.isInteger(layers) || layers < 0 || layers > config.num_hidden_layers) {
    throw ArgumentError.of('freezeLayers', freezeLayers, `"all" or a whole number to ${config.num_hidden_layers}`);
  }
  const embeddings = freezeLayers === 'all' || freezeEmbeddings;
  const frozen = new Set(
    [
      ...(embeddings ? embeddingLayout(config) : []),
      ...Array.from({ length: layers }, (_, index) => layerLayout(config, index)).flat(),
    ].map((spec) => spec.name),
  );
  return {
    trainable: parameters.specs.filter((spec) => !frozen.has(spec.name)),
    fixedState: embeddings ? layers : null,
  };
}
