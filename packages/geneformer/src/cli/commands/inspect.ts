import { isGeneformerError } from '@geneformer-ts/core';
import { AnnData } from '@geneformer-ts/io/anndata';
import { inspectCells } from '@geneformer-ts/tokenizer';
import { basename } from 'node:path';
import { type DescribedColumns, describeColumns } from '../../cells/describe-columns.js';
import { type CountsReport, readableCounts } from '../../cells/tokenized-cells.js';
import { vocabularyOf } from '../../pretrained/model-vocabulary.js';
import { type CommandContext, type CommandResult, type CommandSpec, type Options, textOf } from '../command.js';
import { countOptions, countsOf, DEFAULT_MODEL, modelOption, openingOf } from '../option-values.js';
import { count, counted, facts, percent, quotedPath } from '../text.js';

/** Genes of a file that a model recognizes, or the reason why that is not known. */
type Recognized = { report: CountsReport; problem?: undefined } | { report?: undefined; problem: string };

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '<file>',
  summary: 'Show what is in a file, what a model recognizes in it, and the next command.',
  examples: ['inspect cells.h5ad', 'inspect filtered_feature_bc_matrix/ --model V1-10M'],
  options: [modelOption, ...countOptions],
  async run(context, [file], options) {
    await using cells = await AnnData.open(file, openingOf(options));
    const model = textOf(options, 'model') ?? DEFAULT_MODEL;
    const { matrix, ...counts } = await readableCounts(cells, countsOf(options));
    const columns = describeColumns(cells.obs);
    const recognized = await recognize(model, matrix, counts, context);
    const next = nextCommand(file, columns, options, recognized);
    const embeddings = cells.obsm.keys();
    const json = {
      path: file,
      format: cells.format,
      cells: cells.nObs,
      genes: cells.nVars,
      countsFrom: counts.countsFrom,
      species: counts.species,
      ...(counts.orthologs && { orthologs: counts.orthologs }),
      labels: columns.labels.map(({ name, counts: cellsOf }) => ({ name, cells: cellsOf })),
      groups: columns.groups.map(({ name, counts: cellsOf }) => ({ name, cells: cellsOf })),
      otherColumns: columns.others,
      obsm: embeddings,
      layers: cells.layers.keys(),
      notes: cells.notes ?? [],
      model,
      ...recognized,
      next,
    };
    return { json, text: textFor(file, cells, counts, columns, model, recognized, next) };
  },
};

async function recognize(
  model: string,
  matrix: Awaited<ReturnType<typeof readableCounts>>['matrix'],
  found: Omit<Awaited<ReturnType<typeof readableCounts>>, 'matrix'>,
  { onProgress, signal }: CommandContext,
): Promise<Recognized> {
  try {
    const vocabulary = await vocabularyOf(model, { onProgress, signal });
    const report = await inspectCells(matrix, vocabulary, {
      minKnownShare: 0,
      symbols: true,
      ...(found.species === 'mouse' && { geneIds: 'index' }),
      onProgress,
      signal,
    });
    return { report: { ...report, ...found } };
  } catch (error) {
    if (isGeneformerError(error)) return { problem: error.message };
    throw error;
  }
}

function textFor(
  file: string,
  cells: AnnData,
  counts: { countsFrom: string; species: string; orthologs?: { genes: number; of: number } },
  { labels, groups }: DescribedColumns,
  model: string,
  { report, problem }: Recognized,
  next: string,
): string {
  const { orthologs } = counts;
  const about: CommandResult['text'] = facts([
    ['format', cells.format],
    ['size', `${count(cells.nObs)} cells × ${count(cells.nVars)} genes`],
    [
      'raw counts',
      report ? `${counts.countsFrom}, ${count(report.counts.total / cells.nObs)} per cell` : counts.countsFrom,
    ],
    ['genes', [report?.geneIds, counts.species].filter(Boolean).join(', ')],
    orthologs && ['orthologs', `${count(orthologs.genes)} of ${count(orthologs.of)} genes have one human ortholog`],
    ...labels.slice(0, 3).map(({ name, counts: n }) => ['labels', `${name} (${n.size}): ${counted(n)}`] as const),
    ...groups.slice(0, 3).map(({ name, counts: n }) => ['groups', `${name} (${n.size}): ${counted(n)}`] as const),
    cells.obsm.keys().length > 0 && ['obsm', cells.obsm.keys().join(', ')],
    ...(cells.notes ?? []).map((note) => ['note', note] as const),
  ]);
  const known: readonly (readonly [string, string] | false)[] = report
    ? [
        [
          'recognizes',
          `${count(report.genes.known)} of ${count(report.genes.total)} genes, ${percent(report.knownShareOfCounts)} of the counts`,
        ],
        [
          'cells',
          `${count(report.cells.written)} readable${report.cells.empty > 0 ? `, ${count(report.cells.empty)} without a known gene` : ''}`,
        ],
        report.largestUnknown.length > 0 && [
          'unknown',
          report.largestUnknown
            .slice(0, 3)
            .map(({ id, share }) => `${id} (${percent(share)} of the counts)`)
            .join(', '),
        ],
      ]
    : [['problem', problem ?? '']];
  return `${basename(file)}\n${about}\n\nmodel ${model}\n${facts(known)}\n\nnext\n  ${next}`;
}

function nextCommand(
  file: string,
  { labels, groups }: DescribedColumns,
  options: Options,
  { report }: Recognized,
): string {
  const model = textOf(options, 'model');
  const shared = `${quotedPath(file)}${model === undefined ? '' : ` --model ${quotedPath(model)}`}`;
  if (!report) return model === undefined ? 'geneformer models' : `geneformer inspect ${quotedPath(file)} --layer NAME`;
  if (labels.length === 0) return `geneformer embed ${shared} -o embedded.h5ad`;
  const group = groups.length > 0 ? ` --group ${quotedPath(groups[0].name)}` : '';
  return `geneformer train ${shared} --label ${quotedPath(labels[0].name)}${group} -o classifier`;
}
