import { fillNormal, mixSeeds, namedRandom } from '@geneformer-ts/core';
import type { BertConfig } from './config.js';
import type { ParameterSpec } from './layout.js';
import { purposes } from './random-purposes.js';

/** Weights on the JavaScript side: values by Hugging Face name, in the memory layout of `ParameterSpec`. */
export type Weights = Map<string, Float32Array>;

/**
 * Fresh weights as BERT draws them: matrices and tables normal(0, `initializer_range`), the padding row of the word embedding
 * zero, LayerNorm scale 1, everything else 0. Each tensor has its own random stream, named by the seed and the tensor, so adding a
 * head does not change the encoder below it.
 */
export function initialWeights(specs: readonly ParameterSpec[], config: BertConfig, seed: number): Weights {
  return new Map(specs.map((spec) => [spec.name, initialTensor(spec, config, seed)]));
}

function initialTensor(spec: ParameterSpec, config: BertConfig, seed: number): Float32Array {
  const values = new Float32Array(spec.shape.reduce((a, b) => a * b, 1));
  if (spec.kind === 'scale') return values.fill(1);
  if (spec.kind === 'shift' || spec.kind === 'bias') return values;
  const letters = Array.from(spec.name, (letter) => letter.charCodeAt(0));
  fillNormal(values, config.initializer_range, namedRandom(seed, purposes.weights, mixSeeds(...letters)));
  if (spec.name === 'bert.embeddings.word_embeddings.weight') {
    const start = config.pad_token_id * config.hidden_size;
    values.fill(0, start, start + config.hidden_size);
  }
  return values;
}

/** The transpose of a row-major [rows, columns] matrix, [columns, rows]: between Hugging Face's linear weights and ours. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column];
    }
  }
  return result;
}
