/**
 * `nx run mini-tools:choose`: measures settings of the small model on held-out profiles only, so that the data sets of the model card have
 * no part in the choice. The datasets of the profiles are divided by the project that published them. For each project, vectors are fitted
 * without it, and tell the cell types of each of its datasets apart: logistic regression with three labeled cells per type, macro F1 on 30
 * others. Cells to be told apart are drawn with fewer counts than those of the training, as in older protocols.
 *
 * The gene task is another one than that of the card: genes with bivalent promoters against genes with other promoters.
 *
 * Needs GENEFORMER_DATA. Options: `--width N`, `--seeds 0`, `--cells N` draws N training cells from each profile, `--depth N` with a
 * median of N counts, `--settings NAME,NAME` measures these variants only, `--recipes NAME,NAME` trains
 * recipes of recipes.mjs for each project instead.
 */
import { parseArgs } from 'node:util';
import { useBackend } from '@geneformer-ts/engine';
import { embedCells } from '@geneformer-ts/model';
import { codesOf, drawCorpus, vocabularyV1 } from './corpus.mjs';
import { geneVectors, linearScores, vectorSettings } from './gene-vectors.mjs';
import { fewLabels, geneAuc } from './measure.mjs';
import { recipes, trainRecipe, WIDTH } from './recipes.mjs';
import { readChromatinTask } from './tasks.mjs';

const { values: options } = parseArgs({
  options: {
    width: { type: 'string', default: String(WIDTH) },
    seeds: { type: 'string', default: '0' },
    settings: { type: 'string', default: '' },
    cells: { type: 'string' },
    depth: { type: 'string' },
    recipes: { type: 'string', default: '' },
  },
});
const width = Number(options.width);
const heldOut = { cells: 33, depth: { median: 800, sigma: 0.5 } };

/** Projects; all others form one group. */
const projectOf = (dataset) => /HCA$|COVID19_cellAtlas$|Descartes$/.exec(dataset)?.[0] ?? 'others';

const variants = {
  published: {},
  'no statistics': { statistics: 0 },
  'two statistics': { statistics: 2 },
  'nine statistics': { statistics: 9 },
  'half centering': { centering: 0.5 },
  'full centering': { centering: 1 },
  'more variance': { leastVariance: 0.2 },
  'less variance': { leastVariance: 0.02 },
};

await useBackend('onnx', { threads: 1 });
const vocabulary = await vocabularyV1();
const genes = readChromatinTask(vocabulary);
console.log('| settings | seed | held-out types | chromatin |');
for (const seed of options.seeds.split(',').map(Number)) {
  const test = await drawCorpus(vocabulary, { seed: seed + 1000, ...heldOut });
  const train = await drawCorpus(vocabulary, {
    seed,
    ...(options.cells && { cells: Number(options.cells) }),
    ...(options.depth && { depth: { median: Number(options.depth), sigma: 0.5 } }),
  });
  const projects = [...new Set(train.datasets.map(projectOf))];
  const folds = projects.map((project) => without(train, project));
  if (options.recipes) {
    for (const name of options.recipes.split(',')) await printRecipe(name, seed, folds, test, projects);
    continue;
  }
  for (const [name, changes] of Object.entries(variants)) {
    if (options.settings && !options.settings.split(',').includes(name)) continue;
    const settings = { ...vectorSettings, ...changes };
    const scores = [];
    const areas = [];
    for (const [at, fold] of folds.entries()) {
      const vectors = geneVectors(fold.cells, fold, width, vocabulary.size, settings);
      scores.push(...typesOf(linearScores(test.cells, vectors, width), test, projects[at]));
      areas.push(geneAuc(vectors, width, genes));
    }
    print(name, seed, scores, areas);
  }
}

async function printRecipe(name, seed, folds, test, projects) {
  const scores = [];
  const areas = [];
  for (const [at, fold] of folds.entries()) {
    const vectors = geneVectors(fold.cells, fold, width, vocabulary.size);
    const model = await trainRecipe(recipes[name], fold, vectors, vocabulary, { seed });
    scores.push(...typesOf(await embedCells(model, test.cells), test, projects[at]));
    const words = await model.parameters.get('bert.embeddings.word_embeddings.weight').data();
    areas.push(geneAuc(words, width, genes));
    model.dispose();
  }
  print(name, seed, scores, areas);
}

/** Returns the scores of the datasets of a project. */
function typesOf({ data, cols }, { profiles, sources, names, datasets }, project) {
  const wanted = datasets.map((name, code) => ({ name, code })).filter(({ name }) => projectOf(name) === project);
  return wanted.map(({ code }) => {
    const rows = Array.from(sources.keys()).filter((row) => sources[row] === code);
    const own = new Float32Array(rows.length * cols);
    rows.forEach((row, at) => own.set(data.subarray(row * cols, (row + 1) * cols), at * cols));
    const labels = rows.map((row) => names[profiles[row]]);
    return fewLabels({ rows: rows.length, cols, data: own }, labels, { perType: 3, draws: 1 }).mean;
  });
}

/** Returns the corpus without the datasets of a project. */
function without({ cells, profiles, sources, names, datasets }, project) {
  const rows = Array.from(sources.keys()).filter((row) => projectOf(datasets[sources[row]]) !== project);
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => (offsets[at + 1] = offsets[at] + cells.offsets[row + 1] - cells.offsets[row]));
  const [inputIds, counts] = [cells.inputIds, cells.counts].map((values) => {
    const own = new values.constructor(offsets[rows.length]);
    rows.forEach((row, at) => own.set(values.subarray(cells.offsets[row], cells.offsets[row + 1]), offsets[at]));
    return own;
  });
  const [profile, source] = [
    [profiles, names],
    [sources, datasets],
  ].map(([codes, own]) => codesOf(rows.map((row) => own[codes[row]])));
  return {
    cells: { inputIds, counts, offsets, vocabularyDigest: vocabulary.digest },
    profiles: profile.codes,
    sources: source.codes,
  };
}

function print(name, seed, ...scores) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  console.log(`| ${[name, seed, ...scores.map((own) => mean(own).toFixed(4))].join(' | ')} |`);
}
