import { useBackend } from '@geneformer-ts/engine';
import { createDataset } from '@geneformer-ts/io';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCellStore } from './cell-store.js';
import { type Cells, selectCells } from './cells.js';
import { embedCells } from './embed-cells.js';
import { finetune } from './finetune.js';
import { finetuneTokens } from './finetune-tokens.js';
import { BertForMaskedLM } from './masked-lm.js';
import { presetConfig } from './presets.js';
import { pretrain } from './pretrain.js';
import { BertForSequenceClassification } from './sequence-classification.js';
import { cellsOf } from './testing/cells-of.js';
import { toyCells, toyVocabularySize } from './testing/toy-cells.js';
import { BertForTokenClassification } from './token-classification.js';

const config = { ...presetConfig('tiny', toyVocabularySize), max_position_embeddings: 18 };
const { cells, labels } = toyCells(40);
const args = { maxSteps: 6, perDeviceTrainBatchSize: 8, learningRate: 5e-3 } as const;

let folder: string;
beforeAll(() => useBackend('onnx', { threads: 1 }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geneformer-store-'));
});

/** The cells as a dataset on disk, in batches of seven. */
async function onDisk({ inputIds, offsets }: Cells, metadata: Record<string, string> = {}): Promise<string> {
  const dir = join(folder, 'cells.dataset');
  const dataset = await createDataset(dir, { input_ids: { list: 'int64' }, cell_id: 'string' }, { metadata });
  for (let from = 0; from + 1 < offsets.length; from += 7) {
    const part = offsets.slice(from, from + 8);
    const ids = { offsets: part.map((at) => at - part[0]), values: inputIds.slice(part[0], part[part.length - 1]) };
    const names = Array.from({ length: part.length - 1 }, (_, i) => `c${from + i}`);
    await dataset.append({ rows: names.length, columns: { input_ids: ids, cell_id: names } });
  }
  await dataset.close();
  return dir;
}

describe('cells on disk', () => {
  test('train, and are embedded, to the same bits as the same cells in memory', async () => {
    const store = await openCellStore(await onDisk(cells));
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
    store.close();
  });

  test('can be taken in part, and keep their names', async () => {
    const store = await openCellStore(await onDisk(cells));
    const rows = [30, 2, 17];
    const model = BertForMaskedLM.fromConfig(config, { seed: 1 });
    const part = await embedCells(model, selectCells(store, rows));
    expect(part.data).toEqual((await embedCells(model, selectCells(cells, rows))).data);
    expect(part.cellIds).toEqual(['c30', 'c2', 'c17']);
    store.close();
  });

  test('are checked as they are read: vocabulary and ids', async () => {
    const vocabulary = { version: 't', digest: 'd', size: toyVocabularySize, padId: 0, maskId: 1, clsId: 2, eosId: 3 };
    const model = BertForMaskedLM.fromConfig(config, { vocabulary: vocabulary as never });
    const other = await openCellStore(await onDisk(cells, { vocabulary_digest: 'e' }));
    await expect(embedCells(model, other)).rejects.toMatchObject({ tag: 'VocabularyMismatchError' });
    const small = BertForMaskedLM.fromConfig({ ...config, vocab_size: 30 });
    const store = await openCellStore(await onDisk(cells));
    await expect(embedCells(small, store)).rejects.toThrow(/holds token 3\d but the model has ids 0 … 29/);
    [other, store].forEach((opened) => opened.close());
  });

  test('of V2 are given away to a model of V1 by their <cls> and <eos>, when the writer did not name the vocabulary', async () => {
    const framed = cellsOf([
      [2, 9, 3],
      [2, 5, 6, 3],
      [2, 7, 8, 9, 3],
    ]);
    const v1 = BertForMaskedLM.fromConfig({ ...config, vocab_size: 25_426, hidden_size: 4 });
    const store = await openCellStore(await onDisk(framed));
    await expect(embedCells(v1, store, { maxLength: 2 })).rejects.toThrow("V2's <cls> and <eos>");
    store.close();
  });

  test('go on with a run only over the same contents', async () => {
    const store = await openCellStore(await onDisk(cells));
    const checkpointDir = join(folder, 'run');
    await pretrain(BertForMaskedLM.fromConfig(config, { seed: 1 }), store, args, { checkpointDir });
    store.close();
    const changed = { ...cells, inputIds: cells.inputIds.map((id, at) => (at === 3 ? id ^ 1 : id)) };
    const others = await openCellStore(await onDisk(changed));
    const run = pretrain(BertForMaskedLM.fromConfig(config, { seed: 1 }), others, args, { checkpointDir });
    await expect(run).rejects.toThrow('the saved run has different cells');
    others.close();
  });

  test('may be without names', async () => {
    const store = await openCellStore(await onDisk(cells), { cellIds: false });
    expect(store).not.toHaveProperty('cellIds');
    store.close();
  });
});
