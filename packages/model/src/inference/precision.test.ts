import { useBackend } from '@geneformer-ts/engine';
import { beforeEach, expect, test } from '@jest/globals';
import { presetConfig } from '../bert/presets.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { toyCells, toyVocabularySize } from '../testing/cells.js';
import { finetune } from '../training/finetune.js';
import { embedCells, type Embeddings } from './embed-cells.js';
import { embedGenes } from './embed-genes.js';
import { predict } from './predict.js';

const config = presetConfig('tiny', toyVocabularySize);
const { cells, labels } = toyCells(30);
const int8 = { precision: 'int8' } as const;

beforeEach(() => useBackend('onnx', { threads: 1 }));

/** Smallest cosine between the vectors of a cell. */
function smallestCosine(a: Embeddings, b: Embeddings): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, k) => sum + value * y[k], 0);
  const cosines = Array.from({ length: a.rows }, (_, row) => {
    const [x, y] = [a, b].map(({ data, cols }) => data.subarray(row * cols, (row + 1) * cols));
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  });
  return Math.min(...cosines);
}

test('cell vectors in 8-bit integers differ little from those in 32-bit floats', async () => {
  const model = BertForMaskedLM.fromConfig(config, { seed: 4 });
  const exact = await embedCells(model, cells);
  const rounded = await embedCells(model, cells, int8);
  expect(rounded.data).not.toEqual(exact.data);
  expect(smallestCosine(rounded, exact)).toBeGreaterThan(0.999);
  expect(await embedCells(model, cells)).toEqual(exact);
});

/** Root mean square of the differences of two sets of vectors, relative to the spread of the second over the cells. */
function relativeError(a: Embeddings, b: Embeddings): number {
  const means = Array.from({ length: b.cols }, (_, k) => {
    let sum = 0;
    for (let row = 0; row < b.rows; row++) sum += b.data[row * b.cols + k];
    return sum / b.rows;
  });
  let error = 0;
  let spread = 0;
  b.data.forEach((value, i) => {
    error += (a.data[i] - value) ** 2;
    spread += (value - means[i % b.cols]) ** 2;
  });
  return Math.sqrt(error / spread);
}

test('8-bit integers are as precise if all vectors have a large constant part', async () => {
  const model = BertForMaskedLM.fromConfig(config, { seed: 4 });
  const name = 'bert.embeddings.LayerNorm.bias';
  const before = relativeError(await embedCells(model, cells, int8), await embedCells(model, cells));
  const shifted = Float32Array.from({ length: config.hidden_size }, (_, k) => 40 * Math.sin(k));
  model.parameters.write(new Map([[name, shifted]]));
  const exact = await embedCells(model, cells, { layer: 1 });
  expect(relativeError(await embedCells(model, cells, { ...int8, layer: 1 }), exact)).toBeLessThan(3 * before);
});

test('every hidden state has its own vectors in 8-bit integers', async () => {
  const model = BertForMaskedLM.fromConfig(config, { seed: 4 });
  for (let layer = 0; layer <= config.num_hidden_layers; layer++) {
    const exact = await embedCells(model, cells, { layer });
    expect(relativeError(await embedCells(model, cells, { ...int8, layer }), exact)).toBeLessThan(0.05);
  }
});

test('gene vectors and predictions have the option too', async () => {
  const model = BertForSequenceClassification.fromConfig(config, { labels: ['a', 'b'], seed: 4 });
  const genes = await embedGenes(model, cells);
  expect((await embedGenes(model, cells, int8)).data).toBeAllClose(genes.data, { atol: 0.05 });
  expect((await embedGenes(model, cells, int8)).data).not.toEqual(genes.data);
  const { probabilities } = await predict(model, cells);
  expect((await predict(model, cells, int8)).probabilities).toBeAllClose(probabilities, { atol: 0.01 });
});

test('after training, 8-bit integers are made from the new weights', async () => {
  const model = BertForSequenceClassification.fromConfig(config, { labels: ['a', 'b'], seed: 4 });
  const before = await embedCells(model, cells, int8);
  await finetune(model, cells, labels, { learningRate: 1e-2, numTrainEpochs: 1 });
  const after = await embedCells(model, cells, int8);
  expect(smallestCosine(after, before)).toBeLessThan(0.99);
  expect(smallestCosine(after, await embedCells(model, cells))).toBeGreaterThan(0.999);
});

test('after a change of the backend, 8-bit integers are made again', async () => {
  const model = BertForMaskedLM.fromConfig(config, { seed: 4 });
  const before = await embedCells(model, cells, int8);
  await useBackend('onnx', { threads: 2 });
  expect((await embedCells(model, cells, int8)).data).toBeAllClose(before.data, { atol: 1e-5 });
  await useBackend('wasm');
  await expect(embedCells(model, cells, int8)).rejects.toThrow("need backend 'onnx'; use precision 'fp32'");
  await useBackend('onnx', { threads: 1 });
  expect((await embedCells(model, cells, int8)).data).toBeAllClose(before.data, { atol: 1e-5 });
  model.dispose();
});

test('weights that diverged are refused in 8-bit integers, each time, and can be freed', async () => {
  const model = BertForMaskedLM.fromConfig(config, { seed: 4 });
  const name = 'bert.encoder.layer.1.intermediate.dense.weight';
  const weight = (await model.parameters.read()).get(name)!;
  model.parameters.write(new Map([[name, weight.map((value, i) => (i === 5 ? NaN : value))]]));
  for (let call = 0; call < 2; call++) {
    await expect(embedCells(model, cells, int8)).rejects.toThrow('has values that are not finite');
  }
  model.dispose();
  model.dispose();
  await expect(embedCells(model, cells)).rejects.toThrow('model: its weights were freed by dispose(); load it again');
});

test('another precision is refused', async () => {
  const model = BertForMaskedLM.fromConfig(config);
  await expect(embedCells(model, cells, { precision: 'fp8' as 'int8' })).rejects.toThrow('fp8');
});

test('a backend without 8-bit products is named', async () => {
  await useBackend('wasm');
  const model = BertForMaskedLM.fromConfig(config);
  await expect(embedCells(model, cells, int8)).rejects.toThrow("need backend 'onnx'; use precision 'fp32'");
});
