import { expect, test } from '@jest/globals';
import * as api from './index.js';

const calls: CallsWithOptions<typeof api> = {
  DiagonalDiscriminants: (options) => new api.DiagonalDiscriminants(options),
  NearestNeighbors: (options) => new api.NearestNeighbors(options),
  PCA: (options) => new api.PCA(options),
  UMAP: (options) => new api.UMAP(options),
  harmony: (options) => api.harmony(undefined as never, undefined as never, options),
  kMeans: (options) => api.kMeans(undefined as never, options),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});
