/** Compares the held-out loss of a pretrained model with predictors that do not read the cell, and writes the report. */
import { writeFile } from 'node:fs/promises';
import { selectCells } from '@geneformer-ts/model';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { reportPage } from '@geneformer-ts/viz';
import type { z } from 'zod';
import { holdOut } from '../data/drawn-cells.js';
import { DataError } from '../errors.js';
import { pretrainingFigure } from '../figures/training-figures.js';
import { type History, type Figure, leavePage, page, readJson } from '../figures/page.js';
import { countLosses, type Losses } from '../results/losses.js';
import type { Environment } from '../results/metrics.js';
import { defineStage, from, type MadeBy } from '../run/define.js';
import type { TaskIdentity } from '../run/stage.js';
import type dataStage from './data.js';
import type pretrain from './pretrain.js';
import type tokenize from './tokenize.js';
import { pretrainPageParams } from './training.params.js';

type Params = z.infer<typeof pretrainPageParams>;

export default defineStage({
  name: 'pretrain-report',
  params: pretrainPageParams,
  inputs: { data: from<typeof dataStage>(), tokenize: from<typeof tokenize>(), pretrain: from<typeof pretrain>() },
  outputs: { ...page, 'published/metrics.json': 'metrics.json' },
  async run({ task, params, inputs, output, progress, environment }) {
    const losses = await measureLosses(task, params, inputs, environment);
    const history = await readJson<History>(inputs.pretrain.file('history'));
    const { id, source } = losses.corpus;
    const caption = `${id} (${source}). Experiment ${task.experiment}, profile ${task.profile}.`;
    const figure = pretrainingFigure(history, losses, caption);
    const report = writeReport(params, losses, figure);
    await leavePage({ figures: [figure], report, scale: params.scale }, output, progress);
    await writeFile(output['published/metrics.json'], JSON.stringify(losses, null, 2) + '\n');
  },
});

interface Read {
  data: MadeBy<typeof dataStage>;
  tokenize: MadeBy<typeof tokenize>;
  pretrain: MadeBy<typeof pretrain>;
}

async function measureLosses(
  { experiment, profile }: TaskIdentity,
  { title, heldOut }: Params,
  { data, tokenize, pretrain }: Read,
  environment: Environment,
): Promise<Losses> {
  const model = pretrain.facts.heldOutLoss;
  if (model === null)
    throw new DataError('experiment', 'pretrain.heldOut', 'is 0; set it above 0 to measure the held-out loss');
  const corpus = await readTokenized(tokenize.folder('corpus'));
  const parts = holdOut(corpus, heldOut);
  const counted = countLosses(selectCells(corpus, parts.train), selectCells(corpus, parts.heldOut), {
    genes: tokenize.facts.genes,
    firstGene: tokenize.facts.specials,
    maxLength: corpus.maxLength,
  });
  return {
    schema: 1,
    experiment,
    profile,
    title,
    corpus: {
      id: data.facts.id,
      source: data.facts.source,
      cells: corpus.cells,
      drawn: data.facts.drawn ?? 0,
      measured: data.facts.measured ?? 0,
      trainCells: parts.train.length,
      heldOutCells: parts.heldOut.length,
    },
    parameters: pretrain.facts.parameters,
    steps: pretrain.facts.steps,
    seconds: pretrain.timing['train'] ?? 0,
    predictors: [
      { name: 'Geneformer', loss: model, reads: 'the other genes of the cell and their ranks' },
      { name: 'Rank alone', loss: counted.position, reads: 'how often each gene has about this rank' },
      { name: 'Frequency', loss: counted.unigram, reads: 'how often each gene occurs' },
      { name: 'Any gene', loss: counted.uniform, reads: 'nothing' },
    ],
    environment,
  };
}

function writeReport({ title, question, description }: Params, losses: Losses, figure: Figure): string {
  const { experiment, profile, corpus, predictors, environment } = losses;
  const count = (value: number) => value.toLocaleString('en-US');
  const command = `npx nx run reproduce:${experiment}:${profile}`;
  return reportPage({
    title,
    subtitle: `${experiment}:${profile}. ${description}`,
    question,
    simulated: false,
    data: [
      `${corpus.id} (${corpus.source}): ${count(corpus.drawn)} cells drawn from measured mean profiles, ${count(corpus.measured)} measured cells.`,
      'Pretraining reads no labels. Every model that starts from this one has seen the measured cells of the corpus, without labels.',
    ],
    protocol: `${count(corpus.trainCells)} training cells, ${count(corpus.heldOutCells)} held out: all cells of every k-th profile, and every k-th measured cell. ${count(losses.parameters)} parameters, ${count(losses.steps)} updates, ${Math.round(losses.seconds)} seconds.`,
    results: {
      metrics: ['Held-out loss (nats)'],
      models: predictors.map(({ name, loss }) => ({ name, measured: { 'Held-out loss (nats)': { mean: loss } } })),
      note: 'Mean cross-entropy of a masked gene; lower is better. Geneformer is measured where 15 % of the genes are masked, the count predictors at every position; the expected value is the same. The smoothing of "Rank alone" is the best one for the held-out cells, which favors it.',
    },
    figures: [{ name: figure.name, svg: figure.svg, caption: figure.reading }],
    provenance: {
      simulated: ['cells drawn from mean profiles: their depths and the sampled molecules'],
      real: ['the mean profiles', ...(corpus.measured ? ['the measured cells'] : [])],
    },
    rerun: [{ command, note: 'runs only the stages that have changed' }],
    environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
  });
}
