import { isGeneformerError } from '@geneformer-ts/core';
import { AnnData, columnAsStrings, type DataFrame } from '@geneformer-ts/io/anndata';
import { inspectCells, type Vocabulary } from '@geneformer-ts/tokenizer';
import { basename } from 'node:path';
import { CELL_TYPE, type DescribedColumns, describeColumns } from '../../cells/describe-columns.js';
import { type CountsReport, readableCounts } from '../../cells/tokenized-cells.js';
import { vocabularyOf } from '../../pretrained/model-vocabulary.js';
import { type CommandContext, type CommandSpec, type NextCommand, type Options, textOf } from '../command.js';
import { countOptions, countsOf, DEFAULT_MODEL, modelOption, openingOf } from '../option-values.js';
import { count, counted, facts, page, percent, quotedPath } from '../text.js';

/** Genes of a file that a model recognizes, or the reason why that is not known. */
type Recognized =
  { report: CountsReport; problem?: undefined } | { report?: undefined; problem: string; problemOf: 'file' | 'model' };

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
    const unknown = unknownGenes(cells.var, recognized);
    const next = nextCommands(file, columns, cells.layers.keys(), options, recognized);
    const json = {
      path: file,
      format: cells.format,
      cells: cells.nObs,
      genes: cells.nVars,
      countsFrom: counts.countsFrom,
      species: counts.species,
      ...(counts.orthologs && { orthologs: counts.orthologs }),
      labels: columns.labels.map(({ name, counts: cellsOf }) => ({ name, cells: cellsOf })),
      clusters: columns.clusters.map(({ name, counts: cellsOf }) => ({ name, cells: cellsOf })),
      groups: columns.groups.map(({ name, counts: cellsOf }) => ({ name, cells: cellsOf })),
      otherColumns: columns.others,
      obsm: cells.obsm.keys(),
      layers: cells.layers.keys(),
      notes: cells.notes ?? [],
      model,
      unknown,
      ...recognized,
    };
    return { json, text: textFor(file, cells, counts, columns, model, recognized, unknown), next };
  },
};

async function recognize(
  model: string,
  matrix: Awaited<ReturnType<typeof readableCounts>>['matrix'],
  found: Omit<Awaited<ReturnType<typeof readableCounts>>, 'matrix'>,
  { onProgress, signal }: CommandContext,
): Promise<Recognized> {
  if (matrix.nObs === 0) return { problem: `${matrix.path}: has no cells; give a file with cells`, problemOf: 'file' };
  let vocabulary: Vocabulary | undefined;
  try {
    vocabulary = await vocabularyOf(model, { onProgress, signal });
    const report = await inspectCells(matrix, vocabulary, {
      minKnownShare: 0,
      symbols: true,
      ...(found.species === 'mouse' && { geneIds: 'index' }),
      onProgress,
      signal,
    });
    return { report: { ...report, ...found } };
  } catch (error) {
    if (isGeneformerError(error)) return { problem: error.message, problemOf: vocabulary ? 'file' : 'model' };
    throw error;
  }
}

function textFor(
  file: string,
  cells: AnnData,
  counts: { countsFrom: string; species: string; orthologs?: { genes: number; of: number } },
  { labels, clusters, groups }: DescribedColumns,
  model: string,
  { report, problem }: Recognized,
  unknown: readonly UnknownGene[],
): string {
  const { orthologs } = counts;
  const about = facts([
    ['format', cells.format],
    ['size', `${count(cells.nObs)} cells × ${count(cells.nVars)} genes`],
    [
      'raw counts',
      report ? `${counts.countsFrom}, ${count(report.counts.total / cells.nObs)} per cell` : 'not found (see problem)',
    ],
    ['genes', [report?.geneIds, counts.species].filter(Boolean).join(', ')],
    orthologs && ['orthologs', `${count(orthologs.genes)} of ${count(orthologs.of)} genes have one human ortholog`],
    ...labels.slice(0, 3).map(({ name, counts: n }) => ['labels', `${name} (${n.size}): ${counted(n)}`] as const),
    ...clusters.slice(0, 2).map(({ name, counts: n }) => ['clusters', `${name} (${n.size})`] as const),
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
        unknown.length > 0 && [
          'unknown',
          unknown
            .slice(0, 3)
            .map(({ id, symbol, share }) => `${symbol ? `${symbol} ` : ''}${id} (${percent(share)} of the counts)`)
            .join(', '),
        ],
      ]
    : [['problem', problem ?? '']];
  return page(basename(file), about, page(`model ${model}`, facts(known)));
}

/** Commands that fit the columns of the file: to train on labels, or to use a classifier. */
function nextCommands(
  file: string,
  { labels, groups }: DescribedColumns,
  layers: readonly string[],
  options: Options,
  recognized: Recognized,
): NextCommand[] {
  const model = textOf(options, 'model');
  const path = quotedPath(file);
  const shared = `${path}${model === undefined ? '' : ` --model ${quotedPath(model)}`}`;
  if (!recognized.report) {
    if (recognized.problemOf === 'model') return [{ command: 'models', note: 'lists the models' }];
    // The problem says what the file lacks; another matrix of it may not.
    const [other] = layers.filter((layer) => layer !== options['layer']);
    if (other !== undefined) return [{ command: `inspect ${shared} --layer ${quotedPath(other)}` }];
    return [{ command: 'inspect OTHER.h5ad', note: 'a file without the problem' }];
  }
  const annotate = {
    command: `annotate ${path} --model CLASSIFIER -o annotated.h5ad`,
    note: 'with a classifier that was trained on labeled cells',
  };
  if (labels.length === 0) return [{ command: `embed ${shared} -o embedded.h5ad` }, annotate];
  const [{ name }] = labels;
  const group = groups.length > 0 ? ` --group ${quotedPath(groups[0].name)}` : '';
  const command = `train ${shared} --label ${quotedPath(name)}${group} -o classifier`;
  const train = { command, note: `to learn the labels of obs["${name}"]` };
  // Another name may be that of predictions or clusters, so that the cells still need labels.
  return CELL_TYPE.test(name) ? [train, annotate] : [annotate, train];
}

/** A gene of the file that the model does not know, with its share of all counts. */
interface UnknownGene {
  id: string;
  symbol: string | null;
  share: number;
}

/** Returns the unknown genes with the most counts, with the symbols that the file has for them. */
function unknownGenes(genes: DataFrame, { report }: Recognized): UnknownGene[] {
  if (!report) return [];
  const texts = [...genes.columns.values()].filter(({ kind }) => kind === 'string' || kind === 'categorical');
  const columns = [genes.index, ...texts.map(columnAsStrings)];
  return report.largestUnknown.map(({ id, share }) => {
    const column = columns.find((values) => values.includes(id));
    const names = column ? columns.map((values) => values[column.indexOf(id)]) : [];
    return { id, symbol: names.find((name) => name && name !== id && !/^ENS\w*\d/.test(name)) ?? null, share };
  });
}
