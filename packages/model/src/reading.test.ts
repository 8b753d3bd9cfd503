import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { embedCells } from './embed-cells.js';
import { BertForMaskedLM } from './masked-lm.js';
import { predict } from './predict.js';
import { presetConfig } from './presets.js';
import { selectCells } from './cells.js';
import { BertForSequenceClassification } from './sequence-classification.js';
import { maxDifference } from './testing/golden.js';
import { toyCells, toyVocabularySize } from './testing/toy-cells.js';

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

  test('predictions sum to 1 a cell, and do not depend on the size of batches', async () => {
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

  test('layers count from 0 or from the end', async () => {
    const last = await embedCells(model(), cells, { layer: 2 });
    expect(await embedCells(model(), cells)).toEqual(last);
    const before = await embedCells(model(), cells, { layer: -2 });
    expect(before).toEqual(await embedCells(model(), cells, { layer: 1 }));
    expect(maxDifference(before.data, last.data)).toBeGreaterThan(0.01);
    await expect(embedCells(model(), cells, { layer: 3 })).rejects.toThrow('whole number from -3 to 2');
  });

  test('special tokens do not count in the mean', async () => {
    // Hidden state 0 of a position depends on its own token alone.
    const special = { inputIds: Int32Array.of(2, 9, 3), offsets: Int32Array.of(0, 3) };
    const embedding = await embedCells(model(), special, { layer: 0 });
    const other = { inputIds: Int32Array.of(3, 9, 2), offsets: Int32Array.of(0, 3) };
    expect(await embedCells(model(), other, { layer: 0 })).toEqual(embedding);
    const gene = { inputIds: Int32Array.of(8, 9, 2), offsets: Int32Array.of(0, 3) };
    expect(await embedCells(model(), gene, { layer: 0 })).not.toEqual(embedding);
  });

  test('cls is the vector of the first position', async () => {
    const one = { inputIds: Int32Array.of(9), offsets: Int32Array.of(0, 1) };
    const first = { inputIds: Int32Array.of(9, 12, 13), offsets: Int32Array.of(0, 3) };
    const mean = await embedCells(model(), one, { layer: 0, pooling: 'mean' });
    const cls = await embedCells(model(), first, { layer: 0, pooling: 'cls' });
    expect(maxDifference(cls.data, mean.data)).toBeLessThan(1e-6);
  });

  test('of cells with another vocabulary are refused', async () => {
    const others = { ...cells, vocabularyDigest: 'other' };
    await expect(embedCells(model(), others)).rejects.toMatchObject({ tag: 'VocabularyMismatchError' });
  });

  test('stop when asked, and tell how far they are', async () => {
    const seen: number[] = [];
    await embedCells(model(), cells, { batchTokens: 200, onProgress: ({ done }) => seen.push(done) });
    expect(seen.at(-1)).toBe(30);
    const stopped = embedCells(model(), cells, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
  });
});
