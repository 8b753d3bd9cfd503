/**
 * `node ours.mjs embed|finetune CELLS.json PRECISION [--profile]`: Geneformer V1-10M's shape with random weights. Prints one line of JSON, the seconds of
 * two passes (the first compiles) and the peak memory, or a table by op.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { formatProfile, readProfile, stats, useBackend } from '@geneformer-ts/engine';
import {
  BertForMaskedLM,
  BertForSequenceClassification,
  embedCells,
  finetune,
  presetConfig,
} from '@geneformer-ts/model';
import { settings } from './settings.mjs';

const [work, file, precision] = process.argv.slice(2);
const profile = process.argv.includes('--profile');
const { cells: ids, labels } = JSON.parse(readFileSync(file, 'utf8'));
const offsets = new Int32Array(ids.length + 1);
ids.forEach((cell, i) => (offsets[i + 1] = offsets[i] + cell.length));
const cells = { inputIds: Int32Array.from(ids.flat()), offsets };
const config = presetConfig('geneformer-v1-10m');
await useBackend('onnx', { profile });

const times = work === 'embed' ? await embed() : await train();
const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
if (profile) console.log(formatProfile(await readProfile()), stats(), times);
else console.log(JSON.stringify({ first: times[0], seconds: times[1], peakRssMb }));

async function embed() {
  const model = BertForMaskedLM.fromConfig(config, { seed: 1 });
  const seconds = [];
  for (let pass = 0; pass < 2; pass++) {
    const started = performance.now();
    await embedCells(model, cells, { precision });
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds;
}

async function train() {
  const names = Array.from({ length: Math.max(...labels) + 1 }, (_, id) => `type ${id}`);
  const model = BertForSequenceClassification.fromConfig(config, { labels: names, seed: 1 });
  const { batchCells, freezeLayers, learningRate, weightDecay, maxGradNorm } = settings.finetune;
  const started = performance.now();
  const ends = [];
  await finetune(
    model,
    cells,
    Int32Array.from(labels),
    {
      numTrainEpochs: 2,
      perDeviceTrainBatchSize: batchCells,
      freezeLayers,
      learningRate,
      weightDecay,
      maxGradNorm,
    },
    { onProgress: ({ done, total }) => ends.push({ done, total, at: (performance.now() - started) / 1000 }) },
  );
  const half = ends.find(({ done, total }) => 2 * done >= total).at;
  return [half, ends.at(-1).at - half];
}
