import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../bert/config.js';
import { presetConfig } from '../bert/presets.js';
import { embedCells } from '../inference/embed-cells.js';
import { FrozenStates } from '../inference/frozen-states.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { storeOf, toyCells, toyVocabularySize } from '../testing/cells.js';
import { maxDifference } from '../testing/golden.js';
import { finetune } from '../training/finetune.js';
import { pretrain } from '../training/pretrain.js';
import { type Cells, selectCells } from './cells.js';

const config = { ...presetConfig('tiny', toyVocabularySize), max_position_embeddings: 24, expression_levels: true };
const { cells: plain, labels } = toyCells(24);
const counts = Float32Array.from(plain.inputIds, (id, at) => 1 + (id % 7) + (at % 5));
const cells: Cells = { ...plain, counts };
const model = () => BertForMaskedLM.fromConfig(config, { seed: 1 });

beforeAll(() => useBackend('onnx', { threads: 1 }));

describe('a model with expression levels', () => {
  test('reads the counts: other counts give other vectors', async () => {
    const reader = model();
    const { data } = await embedCells(reader, cells);
    const doubled = await embedCells(reader, { ...cells, counts: counts.map((count) => 2 * count) });
    expect(maxDifference(data, doubled.data)).toBeGreaterThan(1e-3);
    const published = BertForMaskedLM.fromConfig({ ...config, expression_levels: false }, { seed: 1 });
    expect((await embedCells(published, cells)).data).toEqual((await embedCells(published, plain)).data);
  });

  test('records the setting in config.json and restores it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'geneformer-levels-'));
    await model().savePretrained(folder);
    expect(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))).toMatchObject({ expression_levels: true });
    const restored = await BertForMaskedLM.fromPretrained(folder);
    expect((await embedCells(restored, cells)).data).toEqual((await embedCells(model(), cells)).data);
  });

  test('is trained by all objectives, with frozen layers too', async () => {
    const { losses } = await pretrain(model(), cells, { maxSteps: 2, perDeviceTrainBatchSize: 8 });
    expect(losses.every(Number.isFinite)).toBe(true);
    const classifier = () => BertForSequenceClassification.fromConfig(config, { labels: ['a', 'b'], pooling: 'mean' });
    const args = { maxSteps: 2, perDeviceTrainBatchSize: 8, freezeLayers: 'all' } as const;
    const frozenStates = await FrozenStates.compute(classifier(), cells, { freezeLayers: 'all' });
    const frozen = await finetune(classifier(), cells, labels, args, { frozenStates });
    expect(frozen.losses).toEqual((await finetune(classifier(), cells, labels, args)).losses);
    const others = { ...cells, counts: counts.map((count) => count + 1) };
    const stale = finetune(classifier(), others, labels, args, { frozenStates });
    await expect(stale).rejects.toMatchObject({ tag: 'FrozenStatesError' });
  });

  test('keeps the counts of selected cells, in memory and in a store', async () => {
    const reader = model();
    const rows = [5, 0, 9];
    const { data, cols } = await embedCells(reader, cells);
    const expected = rows.flatMap((row) => [...data.subarray(row * cols, (row + 1) * cols)]);
    const selected = await embedCells(reader, selectCells(cells, rows));
    expect(maxDifference(selected.data, expected)).toBeLessThan(1e-5);
    const store = storeOf(cells);
    expect(maxDifference((await embedCells(reader, selectCells(store, rows))).data, expected)).toBeLessThan(1e-5);
  });

  test.each<[string, Cells, string]>([
    ['no counts', plain, 'the cells have no counts; tokenize them with keepCounts: true'],
    ['too few counts', { ...cells, counts: counts.slice(1) }, `counts for ${plain.inputIds.length} tokens`],
    [
      'a negative count',
      { ...cells, counts: counts.map((count, at) => (at === 1 ? -1 : count)) },
      'cell 0 has count -1',
    ],
    [
      'NaN',
      { ...cells, counts: counts.map((count, at) => (at === 1 ? NaN : count)) },
      'cell 0 has count NaN at token 1',
    ],
  ])('refuses cells with %s', async (_, given, message) => {
    await expect(embedCells(model(), given)).rejects.toThrow(message);
  });
});

test.each<[object, string]>([
  [{ expression_levels: 'yes' }, '"expression_levels" is "yes"; give true or false'],
  [{ expression_levels: true, type_vocab_size: 1 }, '"type_vocab_size" is 1; expression_levels needs the second row'],
])('a configuration with %j is refused', (change, message) => {
  expect(() => parseConfig({ ...config, ...change })).toThrow(message);
});

test('published configurations do not read levels', () => {
  expect(parseConfig(presetConfig('geneformer-v2-104m'))).not.toHaveProperty('expression_levels');
});
