import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { presetConfig } from '../bert/presets.js';
import { selectCells } from '../data/cells.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { toyCells, toyVocabularySize } from '../testing/cells.js';
import { maxDifference } from '../testing/golden.js';
import { embedBatches, embedCells, type EmbeddingOptions } from './embed-cells.js';
import { embedGenes, embedOccurrences } from './embed-genes.js';
import { fillMask } from './fill-mask.js';
import { predict } from './predict.js';

const config = presetConfig('tiny', toyVocabularySize);
const { cells } = toyCells(30);
const vocabulary = {
  version: 't',
  digest: 'd',
  size: toyVocabularySize,
  padId: 0,
  maskId: 1,
  clsId: 2,
  eosId: 3,
} as const;

describe.each(['onnx', 'wasm', 'cpu'] as const)('reading, %s backend', (backend) => {
  beforeAll(() => useBackend(backend, { threads: 1 }));

  test('predictions sum to 1 per cell, and do not depend on the batch size', async () => {
    const model = BertForSequenceClassification.fromConfig(config, { labels: ['a', 'b', 'c'], seed: 4 });
    const large = await predict(model, cells);
    const small = await predict(model, cells, { batchTokens: 40 });
    expect(large.labels).toEqual(['a', 'b', 'c']);
    expect(maxDifference(small.probabilities, large.probabilities)).toBeLessThan(1e-6);
    for (let cell = 0; cell < 30; cell++) {
      const row = large.probabilities.subarray(3 * cell, 3 * cell + 3);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
  });

  test('results are in the order of the cells', async () => {
    const model = BertForMaskedLM.fromConfig(config, { seed: 4 });
    const order = Int32Array.from({ length: 30 }, (_, i) => (i * 7) % 30);
    const straight = await embedCells(model, cells);
    const turned = await embedCells(model, selectCells(cells, order));
    order.forEach((cell, row) => {
      const [a, b] = [straight, turned].map(({ data, cols }, which) => {
        const at = which === 0 ? cell : row;
        return data.subarray(at * cols, (at + 1) * cols);
      });
      expect(maxDifference(a, b)).toBeLessThan(1e-6);
    });
  });
});

describe('embeddings', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  const model = () => BertForMaskedLM.fromConfig(config, { seed: 4, vocabulary });

  test('count layers from 0 or from the end', async () => {
    const last = await embedCells(model(), cells, { layer: 2 });
    expect(await embedCells(model(), cells)).toEqual(last);
    const before = await embedCells(model(), cells, { layer: -2 });
    expect(before).toEqual(await embedCells(model(), cells, { layer: 1 }));
    expect(maxDifference(before.data, last.data)).toBeGreaterThan(0.01);
    await expect(embedCells(model(), cells, { layer: 3 })).rejects.toThrow('whole number from -3 to 2');
  });

  test.each([
    [{ batchTokens: NaN }, 'batchTokens: NaN is not valid; use a number of at least 1'],
    [{ batchTokens: 0 }, 'batchTokens: 0 is not valid'],
    [{ batchTokens: 'many' }, 'batchTokens: "many" is not valid'],
    [{ maxLength: 0.5 }, 'maxLength: 0.5 is not valid'],
    [{ pooling: 'max' }, `pooling: "max" is not valid; use 'cls' or 'mean'`],
  ])('are refused with the options %p, not wrong', async (options, message) => {
    await expect(embedCells(model(), cells, options as EmbeddingOptions)).rejects.toThrow(message);
  });

  test('exclude special tokens from the mean', async () => {
    // Hidden state 0 at a position depends only on its token.
    const special = { inputIds: Int32Array.of(2, 9, 3), offsets: Int32Array.of(0, 3) };
    const embedding = await embedCells(model(), special, { layer: 0 });
    const other = { inputIds: Int32Array.of(3, 9, 2), offsets: Int32Array.of(0, 3) };
    expect(await embedCells(model(), other, { layer: 0 })).toEqual(embedding);
    const gene = { inputIds: Int32Array.of(8, 9, 2), offsets: Int32Array.of(0, 3) };
    expect(await embedCells(model(), gene, { layer: 0 })).not.toEqual(embedding);
  });

  test('with cls pooling are the vector at the first position', async () => {
    const one = { inputIds: Int32Array.of(9), offsets: Int32Array.of(0, 1) };
    const first = { inputIds: Int32Array.of(9, 12, 13), offsets: Int32Array.of(0, 3) };
    const mean = await embedCells(model(), one, { layer: 0, pooling: 'mean' });
    const cls = await embedCells(model(), first, { layer: 0, pooling: 'cls' });
    expect(maxDifference(cls.data, mean.data)).toBeLessThan(1e-6);
  });

  test('refuse cells with another vocabulary', async () => {
    const others = { ...cells, vocabularyDigest: 'other' };
    await expect(embedCells(model(), others)).rejects.toMatchObject({ tag: 'VocabularyMismatchError' });
  });

  test('can be canceled, and report progress', async () => {
    const seen: number[] = [];
    await embedCells(model(), cells, { batchTokens: 200, onProgress: ({ done }) => seen.push(done) });
    expect(seen.at(-1)).toBe(30);
    const stopped = embedCells(model(), cells, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
  });
});

describe('the vectors of cells', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  const model = BertForMaskedLM.fromConfig.bind(null, config, { seed: 4, vocabulary });
  const named = { ...cells, cellIds: Array.from({ length: 30 }, (_, i) => `cell-${i}`) };

  test('have the names of the cells, also in folds', async () => {
    expect((await embedCells(model(), named)).cellIds).toEqual(named.cellIds);
    expect((await embedCells(model(), selectCells(named, [4, 2]))).cellIds).toEqual(['cell-4', 'cell-2']);
    expect(await embedCells(model(), cells)).not.toHaveProperty('cellIds');
  });

  test('can be computed batch by batch', async () => {
    const whole = await embedCells(model(), cells);
    const seen: number[] = [];
    for await (const { cells: rows, data } of embedBatches(model(), cells, { batchTokens: 64 })) {
      rows.forEach((cell, row) => {
        seen.push(cell);
        const ours = data.subarray(row * whole.cols, (row + 1) * whole.cols);
        expect(maxDifference(ours, whole.data.subarray(cell * whole.cols, (cell + 1) * whole.cols))).toBeLessThan(1e-6);
      });
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });
});

describe('the vectors of genes', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  const model = BertForMaskedLM.fromConfig.bind(null, config, { seed: 4, vocabulary });

  test('are the mean over the occurrences of each gene, for any batch size', async () => {
    const genes = await embedGenes(model(), cells);
    const all = await embedOccurrences(model(), cells);
    expect(all.tokens).toEqual(cells.inputIds);
    expect([...genes.tokens]).toEqual([...new Set(cells.inputIds)].sort((a, b) => a - b));
    genes.tokens.forEach((id, row) => {
      const where = [...all.tokens.keys()].filter((i) => all.tokens[i] === id);
      expect(genes.occurrences[row]).toBe(where.length);
      for (let k = 0; k < genes.cols; k++) {
        const mean = where.reduce((sum, i) => sum + all.data[i * all.cols + k], 0) / where.length;
        expect(genes.data[row * genes.cols + k]).toBeCloseTo(mean, 5);
      }
    });
    const small = await embedGenes(model(), cells, { batchTokens: 40 });
    expect(maxDifference(small.data, genes.data)).toBeLessThan(1e-6);
  });

  test('of hidden state 0 depend only on the token and its position', async () => {
    const two = { inputIds: Int32Array.of(9, 5, 9, 7), offsets: Int32Array.of(0, 2, 4) };
    const { data, cols, cells: rows } = await embedOccurrences(model(), two, { layer: 0, tokens: [9] });
    expect([...rows]).toEqual([0, 1]);
    expect(maxDifference(data.subarray(0, cols), data.subarray(cols))).toBe(0);
  });

  test('exclude special tokens', async () => {
    const framed = { inputIds: Int32Array.of(2, 9, 3), offsets: Int32Array.of(0, 3) };
    expect([...(await embedGenes(model(), framed)).tokens]).toEqual([9]);
    expect([...(await embedGenes(model(), framed, { tokens: [2, 9] })).tokens]).toEqual([9]);
  });
});

describe('fillMask', () => {
  beforeAll(() => useBackend('onnx', { threads: 1 }));
  const model = BertForMaskedLM.fromConfig.bind(null, { ...config, initializer_range: 0.5 }, { seed: 4, vocabulary });
  const masked = { inputIds: Int32Array.of(9, 1, 12, 8, 1, 1, 7), offsets: Int32Array.of(0, 3, 7) };

  test('predicts genes at every mask, the most likely first', async () => {
    const filled = await fillMask(model(), masked, { topK: 3 });
    expect(filled.map(({ cell, position }) => [cell, position])).toEqual([
      [0, 1],
      [1, 1],
      [1, 2],
    ]);
    for (const { tokens, probabilities } of filled) {
      expect(tokens.every((id) => id > 3)).toBe(true);
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    }
  });

  test('returns probabilities over the whole vocabulary', async () => {
    const [first] = await fillMask(model(), masked, { topK: toyVocabularySize - 4 });
    const total = first.probabilities.reduce((a, b) => a + b);
    expect(total).toBeGreaterThan(0.5);
    expect(total).toBeLessThan(1);
  });

  test('refuses cells without a mask, and a topK that is too large', async () => {
    await expect(fillMask(model(), cells)).rejects.toThrow(
      'no cell contains token 1 (<mask>); put it at the positions to predict',
    );
    await expect(fillMask(model(), masked, { topK: 31 })).rejects.toThrow('whole number from 1 to 30');
  });
});
