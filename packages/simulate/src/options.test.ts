import { expect, test } from '@jest/globals';
import * as api from './index.js';

const none = undefined as never;

const calls: CallsWithOptions<typeof api> = {
  drawCells: (options) => api.drawCells(none, options),
  simulateThymus: (options) => api.simulateThymus(options),
  writeThymus: (options) => api.writeThymus(none, options),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});

test('blocks of a simulation refuses an unknown option', async () => {
  const cells = api.simulateThymus({ seed: 1, preset: 'small' });
  await expect((options: never) => cells.blocks(options)).toRefuseUnknownOptions('blocks');
});
