import { beforeAll, expect, test } from '@jest/globals';
import { useBackend } from '@geneformer-ts/engine';
import { presetConfig } from '../bert/presets.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { maxDifference } from '../testing/golden.js';
import { embedCells } from './embed-cells.js';
import { embedOccurrences } from './embed-genes.js';
import { predict } from './predict.js';
import { readStates } from './read-states.js';

const config = presetConfig('tiny', 34);
const length = 7;
/** Sequences of equal length without repeated genes. */
const ids = (rows: number): Int32Array =>
  Int32Array.from({ length: rows * length }, (_, i) => 4 + (((i % length) * 3 + Math.floor(i / length)) % 30));
const cellsOf = (rows: number) => ({
  inputIds: ids(rows),
  offsets: Int32Array.from({ length: rows + 1 }, (_, i) => i * length),
});
const classifier = () => BertForSequenceClassification.fromConfig(config, { labels: ['a', 'b'], seed: 4 });

beforeAll(() => useBackend('onnx', { threads: 1 }));

test.each(['mean', 'cls'] as const)(
  '%s vectors, gene vectors and probabilities are those of the other functions',
  async (pooling) => {
    const model = classifier();
    const found = await readStates(
      model,
      { rows: 5, length, inputIds: ids(5) },
      { layer: 1, pooling, tokens: true, probabilities: true },
    );
    const cells = cellsOf(5);
    expect(maxDifference(found.vectors!, (await embedCells(model, cells, { layer: 1, pooling })).data)).toBeLessThan(
      1e-6,
    );
    expect(maxDifference(found.tokens!, (await embedOccurrences(model, cells, { layer: 1 })).data)).toBeLessThan(1e-6);
    expect(maxDifference(found.probabilities!, (await predict(model, cells)).probabilities)).toBeLessThan(1e-6);
  },
);

test.each(['mean', 'cls'] as const)('the bits of a sequence do not depend on its batch, %s', async (pooling) => {
  const model = classifier();
  const request = { pooling, probabilities: true };
  const whole = await readStates(model, { rows: 9, length, inputIds: ids(9) }, request);
  const width = config.hidden_size;
  for (const [from, rows] of [
    [0, 1],
    [3, 2],
    [4, 5],
    [8, 1],
  ]) {
    const inputIds = ids(9).subarray(from * length, (from + rows) * length);
    const part = await readStates(model, { rows, length, inputIds }, request);
    expect(part.vectors).toEqual(whole.vectors!.slice(from * width, (from + rows) * width));
    expect(part.probabilities).toEqual(whole.probabilities!.slice(from * 2, (from + rows) * 2));
  }
});

test('probabilities need a classifier, and a model with levels needs counts', async () => {
  const batch = { rows: 1, length, inputIds: ids(1) };
  const plain = BertForMaskedLM.fromConfig(config, { seed: 4 });
  await expect(readStates(plain, batch, { probabilities: true })).rejects.toThrow(
    'probabilities: the model is a BertForMaskedLM; load a cell classifier',
  );
  const leveled = BertForMaskedLM.fromConfig({ ...config, expression_levels: true }, { seed: 4 });
  await expect(readStates(leveled, batch, { pooling: 'mean' })).rejects.toThrow('counts: are missing');
});

test.each([
  [{ rows: 1, length: 2, inputIds: Int32Array.of(5, -1) }, 'inputIds: -1 is not valid; use ids from 0 to 33'],
  [{ rows: 1, length: 2, inputIds: Int32Array.of(5, 34) }, 'inputIds: 34 is not valid'],
  [{ rows: 2, length: 2, inputIds: Int32Array.of(5, 6) }, 'inputIds: there are 2 ids for 2 sequences of 2 tokens'],
  [{ rows: 1, length: 0, inputIds: Int32Array.of() }, 'length: 0 is not valid'],
  [{ rows: 1, length: 9999, inputIds: new Int32Array(9999) }, 'length: 9999 is not valid'],
])('a batch that does not fit the model is refused', async (batch, message) => {
  await expect(readStates(classifier(), batch, { pooling: 'mean' })).rejects.toThrow(message);
});
