import { useBackend } from '@geneformer-ts/engine';
import { createDataset } from '@geneformer-ts/io';
import { BertForMaskedLM, embedCells, presetConfig } from '@geneformer-ts/model';
import { openCellStore, publishedDigests, type PublishedVersion, readTokenized } from '@geneformer-ts/tokenizer';
import { beforeAll, expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

beforeAll(() => useBackend('cpu'));

test.each<[PublishedVersion, number]>([
  ['V1', 25_426],
  ['V2', 20_275],
])('the model package knows the vocabulary %s by the digest that the tokenizer package checks', (version, size) => {
  const model = BertForMaskedLM.fromConfig({ ...presetConfig('tiny', size), hidden_size: 2 });
  expect(model.vocabulary).toMatchObject({ version, digest: publishedDigests[version].tokens });
  model.dispose();
});

test('a model reads a dataset on disk as it reads the same dataset in memory', async () => {
  const dir = join(await mkdtemp(join(tmpdir(), 'geneformer-store-')), 'cells.dataset');
  const dataset = await createDataset(dir, { input_ids: { list: 'int64' }, cell_id: 'string' }, {});
  const input_ids = { offsets: Int32Array.of(0, 3, 5), values: Int32Array.of(4, 9, 7, 8, 5) };
  await dataset.append({ rows: 2, columns: { input_ids, cell_id: ['a', 'b'] } });
  await dataset.close();
  const model = BertForMaskedLM.fromConfig(presetConfig('tiny', 10), { seed: 1 });
  const store = await openCellStore(dir);
  const embedded = await embedCells(model, store);
  store.close();
  expect(embedded).toEqual(await embedCells(model, await readTokenized(dir)));
  expect(embedded.cellIds).toEqual(['a', 'b']);
});
