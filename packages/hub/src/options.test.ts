import { expect, test } from '@jest/globals';
import * as api from './index.js';

const none = undefined as never;

const calls: CallsWithOptions<typeof api> = {
  resolveAsset: (options) => api.resolveAsset(none, none, options),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});
