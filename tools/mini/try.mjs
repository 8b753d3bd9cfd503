/**
 * `nx run mini-tools:try -- --recipes linear,linear-contrastive --seeds 0,1`: trains recipes of recipes.mjs on drawn cells, and prints what
 * their vectors are worth beside linear models that know the same cells. Needs GENEFORMER_DATA; see data/README.md.
 *
 * Options: `--model FOLDER` measures a checkpoint instead of training recipes; `--tasks pbmc3k,lines,onek1k,genes`, `--steps N` updates of the contrastive stage, `--width N`, `--threads N` (default 1), `--no-peers`.
 */
import { parseArgs } from 'node:util';
import { useBackend } from '@geneformer-ts/engine';
import { BertForMaskedLM, embedCells } from '@geneformer-ts/model';
import { drawCorpus, vocabularyV1 } from './corpus.mjs';
import { discriminants, linearScores } from './discriminants.mjs';
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
    'no-peers': { type: 'boolean', default: false },
  },
});
const wanted = options.tasks.split(',');
const width = Number(options.width);
await useBackend('onnx', { threads: Number(options.threads) });
const vocabulary = await vocabularyV1();
const cellTasks = [];
for (const name of wanted.filter((task) => task !== 'genes')) cellTasks.push(await readTask(name, vocabulary));
const genes = wanted.includes('genes') ? readGeneTask(vocabulary) : [];
const needsCells = options.recipes !== '' || !options['no-peers'];
const started = process.cpuUsage();
const corpus = needsCells && (await drawCorpus(vocabulary));
const linear = corpus && discriminants(corpus.cells, corpus.profiles, width, vocabulary.size);
if (corpus) print('cells and discriminants', seconds(started), []);

if (!options['no-peers']) {
  const random = randomTable(vocabulary.size, width);
  for (const [name, table] of Object.entries({ 'linear discriminants': linear, 'random gene vectors': random })) {
    const scores = cellTasks.map(({ cells, labels }) => fewLabels(linearScores(cells, table, width), labels));
    print(name, 0, [...scores, ...geneScores(table)]);
  }
  for (const scaled of [false, true]) {
    const scores = cellTasks.map(({ cells, labels }) =>
      fewLabels(levelRows(cells, vocabulary.size), labels, { scaled }),
    );
    print(`logistic regression on genes, ${scaled ? 'scaled' : 'unscaled'}`, 0, scores);
  }
}
for (const name of options.recipes.split(',').filter(Boolean)) {
  for (const seed of options.seeds.split(',').map(Number)) {
    const before = process.cpuUsage();
    const recipe = { ...recipes[name], ...(options.steps && { contrastiveSteps: Number(options.steps) }) };
    const model = await trainRecipe(recipe, corpus, linear, vocabulary, { seed });
    await printModel(`${name}, seed ${seed}`, model, seconds(before));
  }
}
if (options.model) await printModel(options.model, await BertForMaskedLM.fromPretrained(options.model, { vocabulary }));

async function printModel(name, model, cpu = 0) {
  const scores = [];
  for (const { cells, labels } of cellTasks) scores.push(fewLabels(await embedCells(model, cells), labels));
  const words = await model.parameters.get('bert.embeddings.word_embeddings.weight').data();
  print(name, cpu, [...scores, ...geneScores(words)]);
  model.dispose();
}

/** Returns the areas for all labeled genes, and for those without zinc fingers. */
function geneScores(table) {
  if (genes.length === 0) return [];
  return [genes, genes.filter(({ isZincFinger }) => !isZincFinger)].map((own) => ({
    mean: geneAuc(table, width, own),
  }));
}

function print(name, cpu, scores) {
  const cells = scores.map(({ mean, low, high }) =>
    low === undefined ? mean.toFixed(3) : `${mean.toFixed(3)} (${low.toFixed(2)}–${high.toFixed(2)})`,
  );
  console.log(`| ${[name, cpu ? `${Math.round(cpu)} s` : '–', ...cells].join(' | ')} |`);
}

function seconds(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
