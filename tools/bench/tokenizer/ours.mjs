/**
 * Tokenizes a file once: `node ours.mjs DICTIONARY.json CELLS.h5ad OUTPUT_FOLDER WORKERS`, where WORKERS may be `default`. Prints one
 * line of JSON: seconds, cpuSeconds, peakRssMb, cells, tokens, and with `--digest` the sha256 of the lengths and ids (read back, not timed).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { openAnnData, openDataset } from '@geneformer-ts/io';
import { makeVocabulary, tokenizeCells } from '@geneformer-ts/tokenizer';

const [dictionary, cellsFile, folder, workers, digest] = process.argv.slice(2);
const { tokens, medians } = JSON.parse(readFileSync(dictionary, 'utf8'));
const vocabulary = makeVocabulary(dictionary, {
  version: 'bench',
  tokens,
  median: tokens.map((token) => medians[token] ?? NaN),
});

const begin = performance.now();
const cpuBefore = process.cpuUsage();
const source = await openAnnData(cellsFile);
const result = await tokenizeCells(source, vocabulary, folder, {
  maxLength: 4096,
  attributes: ['cell_type'],
  ...(workers === 'default' ? {} : { workers: Number(workers) }),
});
await source.close();
const seconds = (performance.now() - begin) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakRssMb,
    cells: result.cells,
    tokens: result.tokens,
    ...(digest === '--digest' && { sha256: await digestOf(folder) }),
  }),
);

async function digestOf(dir) {
  const hash = createHash('sha256');
  for await (const { columns } of (await openDataset(dir)).batches()) {
    const { offsets, values } = columns.input_ids;
    for (let cell = 1; cell < offsets.length; cell++) {
      hash.update(Int32Array.of(offsets[cell] - offsets[cell - 1]));
      hash.update(values.subarray(offsets[cell - 1], offsets[cell]));
    }
  }
  return hash.digest('hex');
}
