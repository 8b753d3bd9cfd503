/**
 * `GENEFORMER_DATA=… nx run bench:precision`: how much 8-bit integers change. Trains a cell classifier of V1-10M's shape on half of PBMC3k's cells,
 * from random weights, and reads the other half in both precisions. Prints the smallest cosine between the vectors of a cell, the share of
 * cells with the same annotation, and both accuracies, and writes results/precision.json.
 *
 * Options: `--epochs N` (default 2), `--rate R` learning rate (default 3e-4), `--preset NAME`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { useBackend } from '@geneformer-ts/engine';
import { accuracy } from '@geneformer-ts/eval';
import { BertForSequenceClassification, embedCells, finetune, predict, presetConfig } from '@geneformer-ts/model';
import { drawCells, tokenizePbmc3k } from './model/cells.mjs';
import { instructionSets } from './machine.mjs';
import { round } from './rounds.mjs';

const { values: options } = parseArgs({
  options: {
    epochs: { type: 'string', default: '2' },
    rate: { type: 'string', default: '3e-4' },
    preset: { type: 'string', default: 'geneformer-v1-10m' },
  },
});
const { GENEFORMER_DATA: data } = process.env;
if (!data) throw new Error('set GENEFORMER_DATA to the folder of the data; data/README.md says what it holds');

const tokenized = await tokenizePbmc3k(data);
const drawn = drawCells(tokenized, tokenized.cells);
const half = (parity) => {
  const rows = drawn.cells.flatMap((_, row) => (row % 2 === parity ? [row] : []));
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (offsets[i + 1] = offsets[i] + drawn.cells[row].length));
  const inputIds = Int32Array.from(rows.flatMap((row) => drawn.cells[row]));
  return { cells: { inputIds, offsets }, labels: Int32Array.from(rows, (row) => drawn.labels[row]) };
};
const [train, test] = [half(0), half(1)];

await useBackend('onnx');
const names = Array.from({ length: Math.max(...drawn.labels) + 1 }, (_, id) => `type ${id}`);
const config = presetConfig(options.preset, presetConfig('geneformer-v1-10m').vocab_size);
const model = BertForSequenceClassification.fromConfig(config, { labels: names, seed: 1 });
await finetune(model, train.cells, train.labels, {
  numTrainEpochs: Number(options.epochs),
  learningRate: Number(options.rate),
  freezeLayers: 0,
});

const [exact, rounded] = [await read('fp32'), await read('int8')];
const agreeing = exact.annotations.filter((label, row) => label === rounded.annotations[row]).length;
const result = {
  instructionSets: instructionSets(),
  preset: options.preset,
  cells: test.labels.length,
  smallestCosine: smallestCosine(exact.vectors, rounded.vectors),
  sameAnnotation: round(agreeing / test.labels.length),
  accuracy: { fp32: round(exact.accuracy), int8: round(rounded.accuracy) },
};
const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('precision.json', folder), `${JSON.stringify(result, null, 2)}\n`);
console.log(result);

async function read(precision) {
  const vectors = await embedCells(model, test.cells, { precision });
  const { probabilities, classes } = await predict(model, test.cells, { precision });
  const annotations = Int32Array.from(test.labels, (_, row) => {
    const ofCell = probabilities.subarray(row * classes, (row + 1) * classes);
    return ofCell.indexOf(Math.max(...ofCell));
  });
  return { vectors, annotations, accuracy: accuracy(test.labels, annotations) };
}

function smallestCosine(a, b) {
  let smallest = 1;
  for (let row = 0; row < a.rows; row++) {
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = row * a.cols; i < (row + 1) * a.cols; i++) {
      ab += a.data[i] * b.data[i];
      aa += a.data[i] ** 2;
      bb += b.data[i] ** 2;
    }
    smallest = Math.min(smallest, ab / Math.sqrt(aa * bb));
  }
  return smallest;
}
