import { expect, test } from '@jest/globals';
import * as api from './index.js';

const none = undefined as never;

const calls: CallsWithOptions<typeof api, 'makeVocabulary' | 'saveVocabulary'> = {
  buildVocabulary: (options) => api.buildVocabulary(none, options),
  inspectCells: (options) => api.inspectCells(none, none, options),
  openCellStore: (options) => api.openCellStore(none, options),
  tokenizeCells: (options) => api.tokenizeCells(none, none, none, options),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});
