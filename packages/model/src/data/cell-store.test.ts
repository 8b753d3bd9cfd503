import { useBackend } from '@geneformer-ts/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetConfig } from '../bert/presets.js';
import { embedCells } from '../inference/embed-cells.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { BertForSequenceClassification } from '../models/sequence-models.js';
import { BertForTokenClassification } from '../models/token-classification.js';
import { cellsOf, storeOf, toyCells, toyVocabularySize } from '../testing/cells.js';
import { finetuneTokens } from '../training/finetune-tokens.js';
import { finetune } from '../training/finetune.js';
import { pretrain } from '../training/pretrain.js';
import { selectCells } from './cells.js';

const config = { ...presetConfig('tiny', toyVocabularySize), max_position_embeddings: 18 };
const { cells, labels } = toyCells(40);
const args = { maxSteps: 6, perDeviceTrainBatchSize: 8, learningRate: 5e-3 } as const;

/** The toy cells with names, in memory and in a store. */
const named = { ...cells, cellIds: Array.from(labels, (_, i) => `c${i}`) };
const store = storeOf(named);

beforeAll(() => useBackend('onnx', { threads: 1 }));

describe('cells in a store', () => {
  test('give the same bits in training and embedding as cells in memory', async () => {
    const newLm = () => BertForMaskedLM.fromConfig(config, { seed: 1 });
    expect((await pretrain(newLm(), store, args)).losses).toEqual((await pretrain(newLm(), cells, args)).losses);
    const names = { labels: ['a', 'b'], seed: 1 };
    const classified = [store, cells].map((source) =>
      finetune(BertForSequenceClassification.fromConfig(config, names), source, labels, args),
    );
    expect((await classified[0]).losses).toEqual((await classified[1]).losses);
    const genes = new Map([
      [5, 0],
      [15, 1],
    ]);
    const found = [store, cells].map((source) =>
      finetuneTokens(BertForTokenClassification.fromConfig(config, names), source, genes, args),
    );
    expect((await found[0]).losses).toEqual((await found[1]).losses);
    const { data, cellIds } = await embedCells(newLm(), store);
    expect(data).toEqual((await embedCells(newLm(), cells)).data);
    expect(cellIds?.slice(0, 3)).toEqual(['c0', 'c1', 'c2']);
  });

  test('can be selected, and keep their names', async () => {
    const rows = [30, 2, 17];
    const model = BertForMaskedLM.fromConfig(config, { seed: 1 });
    const part = await embedCells(model, selectCells(store, rows));
    expect(part.data).toEqual((await embedCells(model, selectCells(cells, rows))).data);
    expect(part.cellIds).toEqual(['c30', 'c2', 'c17']);
  });

  test('are checked when they are read: vocabulary and ids', async () => {
    const vocabulary = { version: 't', digest: 'd', size: toyVocabularySize, padId: 0, maskId: 1, clsId: 2, eosId: 3 };
    const model = BertForMaskedLM.fromConfig(config, { vocabulary: vocabulary as never });
    const other = storeOf({ ...cells, vocabularyDigest: 'e' });
    await expect(embedCells(model, other)).rejects.toMatchObject({ tag: 'VocabularyMismatchError' });
    const small = BertForMaskedLM.fromConfig({ ...config, vocab_size: 30 });
    await expect(embedCells(small, store)).rejects.toThrow(/contains token 3\d, but the model has ids 0 … 29/);
  });

  test('of V2 without a stated vocabulary are recognized by <cls> and <eos>, and refused by a V1 model', async () => {
    const v2Cells = cellsOf([
      [2, 9, 3],
      [2, 5, 6, 3],
      [2, 7, 8, 9, 3],
    ]);
    const v1 = BertForMaskedLM.fromConfig({ ...config, vocab_size: 25_426, hidden_size: 4 });
    await expect(embedCells(v1, storeOf(v2Cells), { maxLength: 2 })).rejects.toThrow("V2's <cls> and <eos>");
  });

  test('can resume a run only with the same content', async () => {
    const checkpointDir = await mkdtemp(join(tmpdir(), 'geneformer-store-'));
    await pretrain(BertForMaskedLM.fromConfig(config, { seed: 1 }), store, args, { checkpointDir });
    const changed = { ...cells, inputIds: cells.inputIds.map((id, at) => (at === 3 ? id ^ 1 : id)) };
    const others = storeOf(changed);
    const run = pretrain(BertForMaskedLM.fromConfig(config, { seed: 1 }), others, args, { checkpointDir });
    await expect(run).rejects.toThrow('the saved run has different cells');
  });
});
