/** Runs one slow stage of its own making: `node one-stage.mjs FOLDER CLONE`, with the cache FOLDER/cache. */
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runStage } from '../../apps/reproduce/dist/run/run-stage.js';
import { Store } from '../../apps/reproduce/dist/run/store.js';

const [folder, clone] = process.argv.slice(2);
const { outputs } = await runStage({
  identity: { experiment: 'cell', profile: 'embedded', name: 'data' },
  work:
    async () =>
    async ({ scratch }) => {
      appendFileSync(path.join(folder, 'ran'), `${clone}\n`);
      await sleep(2_000);
      writeFileSync(path.join(scratch, 'text'), 'made once');
      return { outputs: { text: path.join(scratch, 'text') } };
    },
  params: {},
  inputs: [],
  upstream: () => Promise.reject(new Error('it has no inputs')),
  code: '',
  backend: 'none',
  resultsDirectory: path.join(folder, clone),
  store: new Store(path.join(folder, 'cache')),
});
process.stdout.write(outputs.text.digest);
