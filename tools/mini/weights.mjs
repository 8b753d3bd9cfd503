/**
 * `nx run mini-tools:weights`: trains the small model again and writes packages/mini/model. The same data and processor give the same
 * bytes. Needs GENEFORMER_DATA; see data/README.md. Options: `--out FOLDER`, `--recipe NAME`, `--threads N` (default 1).
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { useBackend } from '@geneformer-ts/engine';
import { saveVocabulary } from '@geneformer-ts/tokenizer';
import { drawCorpus, vocabularyV1 } from './corpus.mjs';
import { geneVectors } from './gene-vectors.mjs';
import { halvePrecision } from './half.mjs';
import { published, recipes, trainRecipe, WIDTH } from './recipes.mjs';
import { usableNames } from './usable-names.mjs';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: fileURLToPath(new URL('../../packages/mini/model', import.meta.url)) },
    recipe: { type: 'string', default: published },
    threads: { type: 'string', default: '1' },
  },
});
await useBackend('onnx', { threads: Number(options.threads) });
const vocabulary = await vocabularyV1();
const corpus = await drawCorpus(vocabulary);
const vectors = geneVectors(corpus.cells, corpus, WIDTH, vocabulary.size);
const model = await trainRecipe(recipes[options.recipe], corpus, vectors, vocabulary, {
  onProgress: ({ done, total, detail }) => done % 25 === 0 && console.log(`${done} of ${total} updates, ${detail}`),
});
await model.savePretrained(options.out);
halvePrecision(path.join(options.out, 'model.safetensors'));
await saveVocabulary(path.join(options.out, 'vocabulary.json'), usableNames(vocabulary));
const { user, system } = process.cpuUsage();
console.log(`written to ${options.out} after ${Math.round((user + system) / 1e6)} seconds of processor time`);
