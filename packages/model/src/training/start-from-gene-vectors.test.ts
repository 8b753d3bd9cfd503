import { ArgumentError, namedRandom } from '@geneformer-ts/core';
import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { presetConfig } from '../bert/presets.js';
import { embedCells } from '../inference/embed-cells.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { toyCells, toyVocabularySize } from '../testing/cells.js';
import { startFromGeneVectors } from './start-from-gene-vectors.js';

const config = { ...presetConfig('tiny', toyVocabularySize), max_position_embeddings: 24, expression_levels: true };
const { cells: plain } = toyCells(40);
const cells = { ...plain, counts: Float32Array.from(plain.inputIds, (id, at) => 1 + (id % 7) + (at % 5)) };
const random = namedRandom(0, 99);
const vectors = Float32Array.from({ length: config.vocab_size * config.hidden_size }, () => random() - 0.5);

beforeAll(() => useBackend('onnx', { threads: 1 }));

/** Mean of the gene vectors of each cell, weighted as the model weights them. */
function linearMeans(width: number): Float64Array {
  const rows = cells.offsets.length - 1;
  const means = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let at = cells.offsets[row]; at < cells.offsets[row + 1]; at++) {
      const level = Math.log1p(cells.counts[at]);
      total += level + 0.1;
      const from = cells.inputIds[at] * width;
      for (let i = 0; i < width; i++) means[row * width + i] += level * (level + 0.1) * vectors[from + i];
    }
    for (let i = 0; i < width; i++) means[row * width + i] /= total;
  }
  return means;
}

/** Distances between all pairs of rows, each from the mean row. */
function distances(data: ArrayLike<number>, width: number): number[] {
  const rows = data.length / width;
  const found: number[] = [];
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      found.push(Math.hypot(...Array.from({ length: width }, (_, i) => data[a * width + i] - data[b * width + i])));
    }
  }
  return found;
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const product = (a: readonly number[], b: readonly number[], ma: number, mb: number) =>
    a.reduce((sum, value, at) => sum + (value - ma) * (b[at] - mb), 0);
  return product(x, y, mx, my) / Math.sqrt(product(x, x, mx, mx) * product(y, y, my, my));
}

describe('startFromGeneVectors', () => {
  test('makes distances between cells those of a linear model, which random weights do not', async () => {
    const width = config.hidden_size;
    const linear = distances(linearMeans(width), width);
    const model = BertForMaskedLM.fromConfig(config, { seed: 1 });
    const before = distances((await embedCells(model, cells)).data, width);
    startFromGeneVectors(model, vectors);
    const after = distances((await embedCells(model, cells)).data, width);
    expect(correlation(after, linear)).toBeGreaterThan(0.93);
    expect(correlation(before, linear)).toBeLessThan(0.8);
  });

  test('refuses models without levels and vectors of other sizes', () => {
    const published = BertForMaskedLM.fromConfig({ ...config, expression_levels: false }, { seed: 1 });
    expect(() => startFromGeneVectors(published, vectors)).toThrow(ArgumentError);
    const model = BertForMaskedLM.fromConfig(config, { seed: 1 });
    expect(() => startFromGeneVectors(model, vectors.subarray(1))).toThrow('one row per token');
    expect(() =>
      startFromGeneVectors(
        model,
        vectors.map(() => 0),
      ),
    ).toThrow('not all 0');
  });
});
