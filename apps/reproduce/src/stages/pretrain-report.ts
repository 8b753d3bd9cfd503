/** Compares the held-out loss of a pretrained model with predictors that do not read the cell, and writes the report. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { selectCells } from '@geneformer-ts/model';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { reportPage } from '@geneformer-ts/viz';
import { holdOut } from '../data/drawn-cells.js';
import { DataError } from '../errors.js';
import { pretrainingFigure } from '../figures/training-figures.js';
import { type History, type Figure, leavePage, readJson } from '../figures/page.js';
import { countLosses, type Losses } from '../results/losses.js';
import type { Environment } from '../results/metrics.js';
import type { Stage, StageIdentity, StageInputs } from '../run/stage.js';
import type { PretrainReportParams } from './training.params.js';

const stage: Stage<PretrainReportParams> = {
  async run({ identity, params, inputs, scratch, progress, environment }) {
    await mkdir(scratch, { recursive: true });
    const losses = await measureLosses(identity, params, inputs, environment);
    const history = await readJson<History>(inputs.file('pretrain', 'history'));
    const { id, source } = losses.corpus;
    const caption = `${id} (${source}). Experiment ${identity.experiment}, profile ${identity.profile}.`;
    const figure = pretrainingFigure(history, losses, caption);
    const page = { figures: [figure], report: writeReport(params, losses, figure), scale: params.scale };
    const { outputs, publish } = await leavePage(page, inputs, scratch, progress);
    const metrics = path.join(scratch, 'metrics.json');
    await writeFile(metrics, JSON.stringify(losses, null, 2) + '\n');
    return { outputs, publish: { ...publish, 'metrics.json': metrics } };
  },
};
export default stage;

async function measureLosses(
  { experiment, profile }: StageIdentity,
  { title, heldOut }: PretrainReportParams,
  inputs: StageInputs,
  environment: Environment,
): Promise<Losses> {
  const fact = <T>(name: string) => inputs.fact<T>('pretrain', name);
  const model = fact<number | null>('heldOutLoss');
  if (model === null)
    throw new DataError('experiment', 'pretrain.heldOut', 'is 0; set it above 0 to measure the held-out loss');
  const corpus = await readTokenized(inputs.folder('tokenize', 'corpus'));
  const parts = holdOut(corpus, heldOut);
  const counted = countLosses(selectCells(corpus, parts.train), selectCells(corpus, parts.heldOut), {
    genes: inputs.fact('tokenize', 'genes'),
    firstGene: inputs.fact('tokenize', 'specials'),
    maxLength: corpus.maxLength,
  });
  return {
    schema: 1,
    experiment,
    profile,
    title,
    corpus: {
      id: inputs.fact('data', 'id'),
      source: inputs.fact('data', 'source'),
      cells: corpus.cells,
      drawn: inputs.fact('data', 'drawn'),
      measured: inputs.fact('data', 'measured'),
      trainCells: parts.train.length,
      heldOutCells: parts.heldOut.length,
    },
    parameters: fact('parameters'),
    steps: fact('steps'),
    seconds: inputs.manifest('pretrain').timing['train'] ?? 0,
    predictors: [
      { name: 'Geneformer', loss: model, reads: 'the other genes of the cell and their ranks' },
      { name: 'Rank alone', loss: counted.position, reads: 'how often each gene has about this rank' },
      { name: 'Frequency', loss: counted.unigram, reads: 'how often each gene occurs' },
      { name: 'Any gene', loss: counted.uniform, reads: 'nothing' },
    ],
    environment,
  };
}

function writeReport({ title, question, description }: PretrainReportParams, losses: Losses, figure: Figure): string {
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
