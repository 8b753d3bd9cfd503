import { readVariable } from '@geneformer-ts/core/node';
import { useBackend } from '@geneformer-ts/engine';
import { AnnData } from '@geneformer-ts/io/anndata';
import { openRun, perturbationKinds } from '@geneformer-ts/perturb';
import { Geneformer } from '../../geneformer.js';
import { commonEffects, inNoCell, precise, SIGNIFICANT } from '../../perturbation/effects-page.js';
import { agreementText, type CellPerturbation } from '../../perturbation/perturb-file.js';
import type { PerturbOptions } from '../../perturbation/perturb-options.js';
import { type CommandContext, type CommandSpec, numberOf, type Options, textOf } from '../command.js';
import { countOptions, countsOf, DEFAULT_MODEL, modelOption, names, openingOf, wholeNumber } from '../option-values.js';
import { checkOutput } from '../output-file.js';
import { recorded, shardOption } from '../sharded-call.js';
import { countsFacts } from '../show-counts.js';
import { count, facts, page, quotedPath, table, wrapped } from '../text.js';

/** Genes in the printed table. */
const SHOWN = 10;

export const perturb: CommandSpec = {
  name: 'perturb',
  args: '<file>',
  summary: 'Delete or overexpress genes in silico, and rank them by their effect on the vectors of the cells.',
  examples: [
    'perturb cells.h5ad -o deleted --donors donor_id --max-cells 100',
    'perturb cells.h5ad -o up --kind overexpress --genes GATA3,RUNX3',
    'perturb b.h5ad -o out --screen --states type --start B --goal T',
    'perturb b.h5ad -o out --states type --start B --goal T --estimate',
  ],
  options: [
    { flags: '-o, --out <folder>', text: 'folder to write; a run that was stopped continues there', required: true },
    modelOption,
    { flags: '--kind <name>', text: 'kind of perturbation (default: delete)', choices: perturbationKinds },
    {
      flags: '--screen',
      text: 'approximate the deletions of every gene from gradients, and compare some with exact ones',
    },
    {
      flags: '--genes <names>',
      text: 'symbols or ids, each perturbed alone (default: every gene of a cell)',
      read: names,
    },
    { flags: '--together <names>', text: 'symbols or ids that are perturbed together', read: names },
    {
      flags: '--quartiles <n>',
      text: 'quartiles that inhibit and activate move a gene by (default: 1)',
      read: wholeNumber(1),
    },
    { flags: '--present-only', text: 'do not insert overexpressed genes that a cell lacks' },
    { flags: '--states <column>', text: 'obs column with the states of cells' },
    { flags: '--start <state>', text: 'state of the cells to perturb (default: all states)' },
    { flags: '--goal <state>', text: 'state that shifts are measured toward' },
    { flags: '--other <states>', text: 'other states to measure', read: names },
    { flags: '--donors <column>', text: 'obs column with donors, the replicates of the tests' },
    { flags: '--cells-as-replicates', text: 'test cells as if they were independent, which they are not' },
    { flags: '--max-cells <n>', text: 'most cells to perturb, drawn at random', read: wholeNumber(1) },
    { flags: '--seed <n>', text: 'seed of that draw (default: 0)', read: wholeNumber() },
    {
      flags: '--null-genes <n>',
      text: 'random genes to compare each of --genes with (default: 50)',
      read: wholeNumber(2),
    },
    { flags: '--pooling <kind>', text: 'mean over genes (default), or cls', choices: ['mean', 'cls'] },
    shardOption,
    ...countOptions,
  ],
  stopped: 'stopped; complete parts stay, and the same command continues',
  estimate: {
    async measure(context, [file], options) {
      const startedAt = performance.now();
      await using cells = await AnnData.open(file, openingOf(options));
      await using model = await openModel(options, context);
      const { onProgress, signal } = context;
      const found = await model.estimatePerturbation(cells, { ...perturbOptions(options), onProgress, signal });
      const measured = (performance.now() - startedAt) / 1000;
      return {
        ...found,
        seconds: found.seconds + measured,
        bytes: process.resourceUsage().maxRSS * 1024,
        measured: { cells: found.cells, seconds: measured },
      };
    },
  },
  async run(context, [file], options) {
    const out = textOf(options, 'out') as string;
    await checkOutput(out, 'folder', file);
    await using cells = await AnnData.open(file, openingOf(options));
    await using model = await openModel(options, context);
    const { onProgress, signal } = context;
    // A join computes nothing, so it ends here if parts are missing.
    if (options['merge'] === true) await openRun(out);
    const compute = () => model.perturb(cells, out, { ...perturbOptions(options), onProgress, signal });
    const isShare = options['shard'] !== undefined;
    const { report, ...found } = await (isShare
      ? recorded(out, { command: 'perturb', file, options }, compute)
      : compute());
    const text = [
      facts([
        [
          'perturbed',
          `${count(found.cells)} cells${found.donors === undefined ? '' : ` of ${count(found.donors)} donors`}`,
        ],
        [options['screen'] === true ? 'approximated' : 'sequences', count(found.sequences)],
        ...(found.agreement ? [['agreement', agreementText(found.agreement)] as [string, string]] : []),
        ['parts', `${count(found.parts)} of ${count(found.partCount)}, ${count(found.found)} of them there before`],
        ...countsFacts(report, model.name),
      ]),
      ...(found.effects ? ['', effectsText(found, found.effects)] : []),
    ].join('\n');
    const json = { out, model: model.name, ...found, report };
    return { json, text: page(out, text), next: nextCommands(out, found.effects !== undefined) };
  },
};

/** Opens the model on one thread, on which results have the same bits for every share and interruption. */
async function openModel(options: Options, { onProgress, signal }: CommandContext): Promise<Geneformer> {
  if (readVariable('GENEFORMER_BACKEND') === undefined) await useBackend('onnx', { threads: 1 });
  return Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, { onProgress, signal });
}

function perturbOptions(options: Options): PerturbOptions {
  const list = (name: string): string[] | undefined => options[name] as string[] | undefined;
  const [column, start, goal] = ['states', 'start', 'goal'].map((name) => textOf(options, name));
  const [genes, together, alternatives] = ['genes', 'together', 'other'].map(list);
  const donors = textOf(options, 'donors');
  const numbers = ['maxCells', 'seed', 'nullGenes', 'quartiles'].flatMap((name) => {
    const value = numberOf(options, name);
    return value === undefined ? [] : [[name, value]];
  });
  const states = {
    ...(start !== undefined && { start }),
    ...(goal !== undefined && { goal }),
    ...(alternatives && { alternatives }),
  };
  return {
    ...countsOf(options),
    ...(Object.fromEntries(numbers) as Pick<PerturbOptions, 'maxCells'>),
    ...(genes && { genes }),
    ...(together && { groups: { [together.join('+')]: together } }),
    ...(typeof options['kind'] === 'string' && { kind: options['kind'] as NonNullable<PerturbOptions['kind']> }),
    ...(typeof options['pooling'] === 'string' && { pooling: options['pooling'] as 'mean' | 'cls' }),
    ...(options['screen'] === true && { screen: true }),
    ...(options['presentOnly'] === true && { presentOnly: true }),
    ...(options['cellsAsReplicates'] === true && { cellsAsReplicates: true }),
    ...(column !== undefined && { states: { column, ...states } }),
    ...(donors !== undefined && { donors }),
    ...(options['shard'] !== undefined && { shard: options['shard'] as { index: number; count: number } }),
  };
}

/** The genes with the largest effects. */
function effectsText(
  { tested, cells }: Pick<CellPerturbation, 'tested' | 'cells'>,
  effects: NonNullable<CellPerturbation['effects']>,
): string {
  const common = commonEffects(effects, cells);
  const rows = common
    .slice(0, SHOWN)
    .map((row) => [row.name, ...[row.effect, row.z, row.pValue, row.fdr].map(precise), count(row.cells)]);
  const significant = effects.filter(({ fdr }) => fdr < SIGNIFICANT).length;
  const counted = `${count(effects.length)} genes or groups, ${count(significant)} with an adjusted p below ${SIGNIFICANT}`;
  const absent = effects.filter((row) => row.cells === 0).map(({ name }) => name);
  const left = effects.length - common.length - absent.length;
  const rare = left === 0 ? '' : `; ${count(left)} in fewer than a tenth of the cells are not shown`;
  const remarks = [`${counted}${rare}`, ...inNoCell(absent)].map((text) => wrapped(`  ${text}`, 80, '  '));
  return `${table(['gene', tested, 'z', 'p', 'adjusted p', 'cells'], rows)}\n\n${remarks.join('\n')}`;
}

function nextCommands(out: string, isComplete: boolean) {
  if (isComplete) return [];
  return [{ command: `merge ${quotedPath(out)}`, note: 'once all shares are there' }];
}
