import { ArgumentError } from '@geneformer-ts/core';
import { embeddingLayout, layerLayout, type ParameterSpec } from './layout.js';
import type { BertModel } from './model.js';

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
export function freezing(model: BertModel, freezeLayers: number | 'all', freezeEmbeddings: boolean): Freezing {
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
