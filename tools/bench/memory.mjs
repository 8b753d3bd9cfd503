/**
 * `nx run bench:memory`: embeds 10,000 made-up cells of 100 to 2,048 tokens twice and prints the peak memory of both passes: what a pass keeps
 * must not grow. Options: `--cells N`, `--preset NAME` (default geneformer-v1-10m), `--passes N` (default 2).
 */
import { parseArgs } from 'node:util';
import { useBackend } from '@geneformer-ts/engine';
import { BertForMaskedLM, embedCells, presetConfig } from '@geneformer-ts/model';
import { madeUpCells } from './model/cells.mjs';

const { values: options } = parseArgs({
  options: {
    cells: { type: 'string', default: '10000' },
    preset: { type: 'string', default: 'geneformer-v1-10m' },
    passes: { type: 'string', default: '2' },
  },
});
const { cells } = madeUpCells(Number(options.cells), 100, 2048);
const offsets = new Int32Array(cells.length + 1);
cells.forEach((cell, i) => (offsets[i + 1] = offsets[i] + cell.length));
const inputIds = new Int32Array(offsets[cells.length]);
cells.forEach((cell, i) => inputIds.set(cell, offsets[i]));
cells.length = 0;

await useBackend('onnx');
const config = presetConfig(options.preset, presetConfig('geneformer-v1-10m').vocab_size);
const model = BertForMaskedLM.fromConfig(config, { seed: 1 });
for (let pass = 0; pass < Number(options.passes); pass++) {
  let peak = 0;
  // The process's own record of its peak cannot tell the passes apart.
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
  await embedCells(model, { inputIds, offsets });
  clearInterval(watch);
  console.log(`pass ${pass + 1}: peak ${Math.round(peak / 2 ** 20)} MiB`);
}
