/**
 * `nx run mini-tools:try -- --recipes linear,linear-contrastive --seeds 0,1`: trains recipes of recipes.mjs on drawn cells, and prints what
 * their vectors are worth beside linear models that know the same cells. A seed decides which cells are drawn, and the order and views in
 * training; several seeds give a mean with a 95 % interval. Needs GENEFORMER_DATA; see data/README.md.
 *
 * Options: `--model FOLDER` measures a checkpoint instead of training recipes; `--tasks pbmc3k,lines,onek1k,genes`, `--steps N` updates of the contrastive stage, `--width N`, `--threads N` (default 1), `--peers linear,random,genes`.
 */
import { parseArgs } from 'node:util';
import { useBackend } from '@geneformer-ts/engine';
import { BertForMaskedLM, embedCells } from '@geneformer-ts/model';
import { drawCorpus, vocabularyV1 } from './corpus.mjs';
import { geneVectors, linearScores, vectorSettings } from './gene-vectors.mjs';
import { fewLabels, geneAuc, levelRows, randomTable } from './measure.mjs';
import { recipes, trainRecipe, WIDTH } from './recipes.mjs';
import { readGeneTask, readTask } from './tasks.mjs';

const { values: options } = parseArgs({
  options: {
    recipes: { type: 'string', default: '' },
    model: { type: 'string' },
    seeds: { type: 'string', default: '0' },
    tasks: { type: 'string', default: 'pbmc3k,lines,onek1k,genes' },
    steps: { type: 'string' },
    width: { type: 'string', default: String(WIDTH) },
    threads: { type: 'string', default: '1' },
    peers: { type: 'string', default: 'linear,random,genes' },
  },
});
const wanted = options.tasks.split(',');
const width = Number(options.width);
await useBackend('onnx', { threads: Number(options.threads) });
const vocabulary = await vocabularyV1();
const cellTasks = [];
for (const name of wanted.filter((task) => task !== 'genes')) cellTasks.push(await readTask(name, vocabulary));
const genes = wanted.includes('genes') ? readGeneTask(vocabulary) : [];
const seeds = options.seeds.split(',').map(Number);
const peers = options.peers.split(',').filter(Boolean);

const rows = new Map();
for (const seed of peers.includes('linear') || options.recipes ? seeds : []) {
  const corpus = await drawCorpus(vocabulary, { seed });
  const vectors = geneVectors(corpus.cells, corpus, width, vocabulary.size);
  if (peers.includes('linear')) {
    for (const size of [width, width / 2]) {
      const linear = geneVectors(corpus.cells, corpus, size, vocabulary.size, { ...vectorSettings, statistics: 0 });
      measureTable(`linear: ${size} discriminants`, linear, size);
    }
  }
  for (const name of options.recipes.split(',').filter(Boolean)) {
    const before = process.cpuUsage();
    const recipe = { ...recipes[name], ...(options.steps && { contrastiveSteps: Number(options.steps) }) };
    const model = await trainRecipe(recipe, corpus, vectors, vocabulary, { seed });
    await measureModel(name, model, seconds(before));
  }
}
for (const seed of peers.includes('random') ? seeds : []) {
  measureTable(`sums of ${width} random gene vectors`, randomTable(vocabulary.size, width, seed), width);
}
for (const scaled of peers.includes('genes') ? [false, true] : []) {
  const ofTask = ({ cells, labels }) => fewLabels(levelRows(cells, vocabulary.size), labels, { scaled }).mean;
  add(`logistic regression on genes, ${scaled ? 'scaled' : 'unscaled'}`, cellTasks.map(ofTask));
}
if (options.model)
  await measureModel(options.model, await BertForMaskedLM.fromPretrained(options.model, { vocabulary }));
for (const [name, scores] of rows) console.log(`| ${[name, ...intervals(scores)].join(' | ')} |`);

async function measureModel(name, model, cpu = 0) {
  const scores = [];
  for (const { cells, labels } of cellTasks) scores.push(fewLabels(await embedCells(model, cells), labels).mean);
  const words = await model.parameters.get('bert.embeddings.word_embeddings.weight').data();
  add(name, [...scores, ...geneScores(words, width)], cpu);
  model.dispose();
}

function measureTable(name, table, size) {
  const scores = cellTasks.map(({ cells, labels }) => fewLabels(linearScores(cells, table, size), labels).mean);
  add(name, [...scores, ...geneScores(table, size)]);
}

/** Returns the areas for all labeled genes, and for those without zinc fingers. */
function geneScores(table, size) {
  if (genes.length === 0) return [];
  return [genes, genes.filter(({ isZincFinger }) => !isZincFinger)].map((own) => geneAuc(table, size, own));
}

/** Prints the scores of one seed, and keeps them for the intervals. */
function add(name, scores, cpu = 0) {
  rows.set(name, [...(rows.get(name) ?? []), scores]);
  console.log([name, cpu ? `${Math.round(cpu)} s` : '–', ...scores.map((score) => score.toFixed(3))].join('  '));
}

/** Returns the mean of each score over the seeds, with half the width of the 95 % interval by Student's t. */
function intervals(scores) {
  const t = [NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
  const count = scores.length;
  return scores[0].map((_, column) => {
    const values = scores.map((row) => row[column]);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
    if (count === 1) return mean.toFixed(3);
    return `${mean.toFixed(3)} ± ${(t[count - 1] * Math.sqrt(variance / count)).toFixed(3)}`;
  });
}

function seconds(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
