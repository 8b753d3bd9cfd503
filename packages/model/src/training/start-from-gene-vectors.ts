import { ArgumentError, checkOptions, namedRandom, type OptionNames } from '@geneformer-ts/core';
import { purposes } from '../bert/parameters.js';
import type { BertModel } from '../models/model.js';

/** Options of `startFromGeneVectors`. */
export interface GeneVectorOptions {
  /** Seed of the signs of the constant vector. Default 42. */
  seed?: number;
}

const known: OptionNames<GeneVectorOptions> = { seed: true };

/** Root mean square of the vectors of words, and of the constant vector that is added to all of them. */
const LENGTHS = { words: 0.1, constant: 1 };

/**
 * Writes vectors of genes, such as linear discriminants, as word embeddings of a model that reads expression levels, so that the mean vector
 * of a cell starts nearly linear in the levels of its genes. Words are small beside a constant vector (the token-type row): LayerNorm,
 * which divides by the length, then hardly changes their proportions. Position embeddings become 0, because levels say more than ranks.
 *
 * ```ts
 * const { weights } = new DiagonalDiscriminants({ nComponents: 64 }).fit(levels, profiles); // vocabulary × 64
 * startFromGeneVectors(model, weights.data);
 * ```
 *
 * @param vectors vocabulary × hidden size, row by row; any scale
 * @throws ArgumentError if the model does not read levels, or the vectors do not have its sizes
 */
export function startFromGeneVectors(model: BertModel, vectors: Float32Array, options: GeneVectorOptions = {}): void {
  checkOptions('startFromGeneVectors', options, known);
  const { vocab_size: words, hidden_size: width, max_position_embeddings: positions, expression_levels } = model.config;
  if (!expression_levels) {
    throw ArgumentError.of(
      'model',
      'expression_levels: false',
      'a model whose configuration has expression_levels: true',
    );
  }
  if (vectors.length !== words * width) {
    throw ArgumentError.of('vectors', `${vectors.length} numbers`, `${words} × ${width} numbers, one row per token`);
  }
  const square = vectors.reduce((sum, value) => sum + value ** 2, 0) / vectors.length;
  if (!(square > 0 && square < Infinity))
    throw ArgumentError.of('vectors', square, 'finite numbers that are not all 0');
  const random = namedRandom(options.seed ?? 42, purposes.signs);
  const types = new Float32Array(model.config.type_vocab_size * width);
  for (let i = 0; i < width; i++) types[i] = random() < 0.5 ? -LENGTHS.constant : LENGTHS.constant;
  model.parameters.write(
    new Map([
      ['bert.embeddings.word_embeddings.weight', vectors.map((value) => (value * LENGTHS.words) / Math.sqrt(square))],
      ['bert.embeddings.token_type_embeddings.weight', types],
      ['bert.embeddings.position_embeddings.weight', new Float32Array(positions * width)],
    ]),
  );
}
