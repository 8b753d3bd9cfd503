/**
 * Small data under the names that code blocks of READMEs use without defining them. A block says which it needs:
 * `<!-- snippet: after counts -->`. A prelude may build on others.
 */

const random = `
let state = 1;
/** Uniform numbers, the same in every run. */
const uniform = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
`;

const labels = `
const classes = 2;
const labels = Int32Array.from({ length: 60 }, (_, cell) => cell % 2);
const donors = Int32Array.from({ length: 60 }, (_, cell) => cell % 10);
`;

const counts = `${random}${labels}
const rows = 60;
const cols = 2100;
const dense = Float32Array.from({ length: rows * cols }, (_, at) =>
  Math.floor(uniform() * (at % cols < 50 && Math.floor(at / cols) % 2 === 1 ? 8 : 3)),
);
const { toSparse } = await import('@geneformer-ts/baselines');
const counts = toSparse({ rows, cols, data: dense });
`;

const dataset = `
const { BertForMaskedLM } = await import('@geneformer-ts/model');
await (await import('@geneformer-ts/engine')).useBackend('onnx', { threads: 1 });
const model = await BertForMaskedLM.fromPretrained('checkpoints/Geneformer-V1-10M');
// Not the dataset, which blocks of other READMEs write again.
const cells = {
  inputIds: Int32Array.from({ length: 12 * 20 }, (_, at) => 2 + ((at * 7) % 50)), // 20 genes per cell
  offsets: Int32Array.from({ length: 13 }, (_, cell) => cell * 20),
};
const vocabulary = { median: new Float64Array(5000).fill(1) };
`;

export const preludes = {
  counts,
  levels: `${counts}
const { log1pCp10k, nestedCrossValidation } = await import('@geneformer-ts/baselines');
const { stratifiedGroupKFold } = await import('@geneformer-ts/eval');
const levels = log1pCp10k(counts);
const testFold = stratifiedGroupKFold(labels, donors, { nSplits: 5, seed: 0 });
`,
  openAnnData: `const { openAnnData } = await import('@geneformer-ts/io');\n`,
  cells: `
const cellTypes = Array.from({ length: 12 }, (_, cell) => (cell % 2 ? 'T cell' : 'B cell'));
const isTrain = cellTypes.map((_, cell) => cell < 8);
const train = Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7);
`,
  sequence: `${dataset}
const cell = { tokens: cells.inputIds.subarray(0, 20) };
`,
  screen: `${dataset}
const cell = { tokens: cells.inputIds.subarray(0, 20) };
const rules = { specialIds: model.specialIds };
`,
  run: `${dataset}
const donors = Array.from({ length: 12 }, (_, cell) => 'donor ' + (cell % 6));
const rules = { specialIds: model.specialIds, maxLength: 2048, medians: vocabulary.median };
const modelDigest = 'digest of the weights';
`,
  embeddings: `${random}
const { writeFile } = await import('node:fs/promises');
const rows = 40;
const cols = 4;
const embeddings = Float32Array.from({ length: rows * cols }, uniform);
const cellTypes = Array.from({ length: rows }, (_, cell) => (cell % 2 ? 'cTEC' : 'mTEC'));
`,
};

/** Writes the input files that code blocks name into the current folder. */
export const inputs = `
import { copyFile } from 'node:fs/promises';
import { BertForMaskedLM, presetConfig } from '@geneformer-ts/model';
import { openAnnData } from '@geneformer-ts/io';
import { writeThymus } from '@geneformer-ts/simulate';
import { buildVocabulary, tokenizeCells } from '@geneformer-ts/tokenizer';
import { useBackend } from '@geneformer-ts/engine';

await writeThymus('cells.h5ad', { seed: 0, preset: 'small', cells: 12 });
await copyFile('cells.h5ad', 'pbmc3k.h5ad');
const source = await openAnnData('cells.h5ad');
const vocabulary = await buildVocabulary([source], { version: 'small' });
await tokenizeCells(source, vocabulary, 'cells.dataset', { maxLength: 64 });
await source.close();
await useBackend('cpu');
const model = BertForMaskedLM.fromConfig(presetConfig('tiny', vocabulary.size), { seed: 1 });
await model.savePretrained('checkpoints/Geneformer-V1-10M');
`;
