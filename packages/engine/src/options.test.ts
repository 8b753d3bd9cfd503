import { expect, test } from '@jest/globals';
import * as api from './index.js';

const none = undefined as never;

const calls: CallsWithOptions<typeof api, 'sparseSoftmaxCrossEntropy' | 'QuantizedWeight.of'> = {
  AdamW: (options) => new api.AdamW(options),
  'AdamW.prototype.apply': (options) => new api.AdamW().apply([], {}, options),
  attention: (options) => api.attention(none, none, none, options),
  multiHeadAttention: (options) => api.multiHeadAttention(none, none, none, options),
  useBackend: (options) => api.useBackend('cpu', options),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});
