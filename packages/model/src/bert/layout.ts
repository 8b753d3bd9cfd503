import { ArgumentError } from '@geneformer-ts/core';
import type { BertConfig } from './config.js';

/**
 * A tensor of a model. The lists below define all tensors of a model in a fixed order; initialization, checkpoints, the
 * optimizer and parameter counts all use them.
 */
export interface ParameterSpec {
  /** Hugging Face tensor name. */
  name: string;
  /** Shape in memory. A `matrix` is [in, out]; files of Hugging Face contain its transpose, [out, in]. */
  shape: readonly number[];
  /** `matrix`: weight of a linear map; `table`: rows by id; `scale` and `shift`: weight and bias of a LayerNorm; `bias`. */
  kind: 'matrix' | 'table' | 'scale' | 'shift' | 'bias';
}

/** The head on top of the encoder. */
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

/** Returns the tensors of the embeddings, below layer 0. */
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

/** Returns whether a tensor is the weight of a linear map in a layer of the encoder. */
export function isLayerWeight({ name, kind }: ParameterSpec): boolean {
  return kind === 'matrix' && name.startsWith('bert.encoder.layer.');
}

/** Returns the tensors of encoder layer `index`. */
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
 * Returns the tensors of the head. The weight of the masked-gene decoder is among them only with `tie_word_embeddings: false`;
 * otherwise it is the word embedding.
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

/** Returns the tensors of embeddings and layers, which every checkpoint has. */
export function encoderLayout(config: BertConfig): ParameterSpec[] {
  const layers = Array.from({ length: config.num_hidden_layers }, (_, index) => layerLayout(config, index));
  return [...embeddingLayout(config), ...layers.flat()];
}

/** Returns all tensors of a model, bottom to top. */
export function modelLayout(config: BertConfig, head: Head): ParameterSpec[] {
  return [...encoderLayout(config), ...headLayout(config, head)];
}

/**
 * Returns the number of weights of a model with a head, by default that of masked genes. A tied decoder counts once.
 *
 * ```ts
 * parameterCount(presetConfig('geneformer-v1-10m')); // 10288722
 * ```
 */
export function parameterCount(config: BertConfig, head: Head = { kind: 'masked-lm' }): number {
  return modelLayout(config, head).reduce((sum, spec) => sum + spec.shape.reduce((a, b) => a * b, 1), 0);
}

/** Returns whether the masked-gene decoder has its own weights. */
export function hasOwnDecoder(config: BertConfig): boolean {
  return config.tie_word_embeddings === false;
}

/** The parameters of a model that are trained, and the fixed part below them. */
export interface Freezing {
  trainable: ParameterSpec[];
  /** Index of the highest hidden state that training does not change, so that it is computed once per cell; null if there is none. */
  fixedState: number | null;
}

/**
 * Returns the parameters to train for a setting of `freezeLayers`.
 *
 * @param freezeLayers number of layers from the bottom to freeze; `all`: every layer and the embeddings
 * @param freezeEmbeddings whether to freeze the embeddings too
 * @throws ArgumentError if the model has fewer layers
 */
export function freezing(
  model: { config: BertConfig; parameters: { specs: readonly ParameterSpec[] } },
  freezeLayers: number | 'all',
  freezeEmbeddings: boolean,
): Freezing {
  const { config, parameters } = model;
  const layers = freezeLayers === 'all' ? config.num_hidden_layers : freezeLayers;
  if (!Number.isInteger(layers) || layers < 0 || layers > config.num_hidden_layers) {
    throw ArgumentError.of(
      'freezeLayers',
      freezeLayers,
      `"all" or a whole number from 0 to ${config.num_hidden_layers}`,
    );
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
