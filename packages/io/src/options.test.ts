import { expect, test } from '@jest/globals';
import * as api from './index.js';
import { writeFile } from 'node:fs/promises';
import { fixture, scratch } from './testing/folder.js';
const none = undefined as never;

const calls: CallsWithOptions<typeof api, 'openCheckpoint' | 'readCheckpoint'> = {
  'AnnData.open': (options) => api.AnnData.open(none, options),
  'AnnData.prototype.blocks': async (options) => {
    await using adata = await api.AnnData.open(fixture('current.h5ad'));
    return adata.blocks(options)[Symbol.asyncIterator]().next();
  },
  'AnnData.prototype.setRaw': async (options) => {
    await using adata = await api.AnnData.open(fixture('current.h5ad'));
    adata.setRaw(none, options);
  },
  'AnnData.prototype.write': (options) => api.AnnData.prototype.write(none, options),
  appendDataset: (options) => api.appendDataset(none, options),
  createDataset: (options) => api.createDataset(none, none, options),
  openAnnData: (options) => api.openAnnData(none, options),
  openDataset: (options) => api.openDataset(none, options),
  writeH5ad: (contents) => api.writeH5ad(none, contents),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});

const at = scratch();

test.each<[string, api.OpenOptions]>([
  ['current.h5ad', {}],
  ['three.loom', {}],
  ['three.h5', { genome: 'all' }],
  ['features/multi.h5', {}],
])('blocks of %s refuses an unknown option', async (name, options) => {
  await expectRefusal(await api.openAnnData(fixture(name), options));
});

test('blocks of a table refuses an unknown option', async () => {
  await writeFile(at('counts.csv'), 'cell,TTN,PLN\na,1,2\nb,0,3\n');
  await expectRefusal(await api.openAnnData(at('counts.csv'), { orientation: 'cells-by-genes' }));
});

async function expectRefusal(source: api.CountMatrix): Promise<void> {
  const first = async (given: never) => source.blocks(given)[Symbol.asyncIterator]().next();
  await expect(first).toRefuseUnknownOptions('blocks');
  await source.close();
}
