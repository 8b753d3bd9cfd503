/** Selects the genes and cells of the experiment, the class of each gene and the fold in which it is tested. */
import { writeFile } from 'node:fs/promises';
import { groupKFold, stratifiedKFold } from '@geneformer-ts/eval';
import { columnAsStrings } from '@geneformer-ts/io';
import { readTokenized, readVocabulary, type TokenizedDataset, type Vocabulary } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import { DataError } from '../errors.js';
import { chooseSome, foldGenes, readGeneGroups } from '../gene/gene-folds.js';
import { readGeneLabels } from '../gene/labels.js';
import type { GeneSplit } from '../gene/study-genes.js';
import { defineStage, from } from '../run/define.js';
import type dataStage from './data.js';
import { dataParams } from './data.params.js';
import { geneProtocolParams, type GeneProtocolParams } from './gene.params.js';
import type tokenizeStage from './tokenize.js';

export default defineStage({
  name: 'gene-split',
  params: z.strictObject({ protocol: geneProtocolParams, data: dataParams }),
  inputs: { data: from<typeof dataStage>(), tokenize: from<typeof tokenizeStage>() },
  outputs: { split: 'split.json' },
  files: ({ protocol: { labels, groupGenesBy } }) =>
    [labels, groupGenesBy].map((table) => (table?.kind === 'table' ? table.path : undefined)),
  async run({ params: { protocol, data }, inputs, output }) {
    const split = makeGeneSplit(
      await readGeneLabels(protocol.labels, data),
      protocol.groupGenesBy && (await readGeneGroups(protocol.groupGenesBy, data)),
      await readTokenized(inputs.tokenize.folder('cells')),
      await readVocabulary(inputs.tokenize.file('vocabulary')),
      protocol,
      inputs.data.facts.id,
    );
    await writeFile(output.split, JSON.stringify(split));
    const { classes, labels, listed, cells, groups } = split;
    return {
      facts: {
        classes: Object.fromEntries(classes.map((name, k) => [name, labels.filter((own) => own === k).length])),
        listed,
        cells: cells.rows.length,
        groups: protocol.cells === 'held-out' ? protocol.folds : 0,
        unlabeled: split.unlabeled.ids.length,
        geneGroups: groups && new Set(groups).size,
      },
    };
  },
});

type SplitProtocol = Omit<GeneProtocolParams, 'labels' | 'groupGenesBy'>;

/**
 * Makes the split of a gene experiment.
 * @param groupOf map from gene id to the group that is kept in one fold; null without groups
 * @throws DataError when a class has fewer genes than folds, there are fewer groups than folds, or a column is missing
 */
export function makeGeneSplit(
  listed: ReadonlyMap<string, readonly string[]>,
  groupOf: ReadonlyMap<string, string> | null,
  cells: Pick<TokenizedDataset, 'inputIds' | 'offsets' | 'cellIds' | 'attributes'>,
  vocabulary: Pick<Vocabulary, 'idOf' | 'tokens' | 'size'>,
  protocol: SplitProtocol,
  dataset: string,
): GeneSplit {
  const classes = [...listed.keys()];
  const classOf = new Map<number, number>();
  classes.forEach((name, k) => {
    for (const id of listed.get(name) ?? []) {
      const token = vocabulary.idOf.get(id);
      if (token !== undefined) classOf.set(token, k);
    }
  });

  const withGene = cells.cellIds.flatMap((_, cell) =>
    cells.inputIds.subarray(cells.offsets[cell], cells.offsets[cell + 1]).some((id) => classOf.has(id)) ? [cell] : [],
  );
  const names = withGene.map((cell) => cells.cellIds[cell]);
  const chosen = chooseSome(names, protocol.maxCells, `cells ${protocol.seed}`);
  const rows = chosen.map((position) => withGene[position]);
  const seenIn = new Int32Array(vocabulary.size);
  for (const cell of rows) {
    for (const id of cells.inputIds.subarray(cells.offsets[cell], cells.offsets[cell + 1])) seenIn[id]++;
  }

  const tokens = [...classOf.keys()].filter((id) => seenIn[id] >= protocol.minCells).sort((a, b) => a - b);
  const labels = tokens.map((id) => classOf.get(id)!);
  for (const [k, name] of classes.entries()) {
    const count = labels.filter((own) => own === k).length;
    if (count >= protocol.folds) continue;
    const remedy = 'use more or longer cells, lower protocol.minCells or protocol.folds';
    throw new DataError(
      dataset,
      name,
      `only ${count} genes of this class are ranked in ${protocol.minCells} cells or more; ${remedy}`,
    );
  }
  const others = vocabulary.tokens.flatMap((name, id) =>
    !name.startsWith('<') && !classOf.has(id) && seenIn[id] >= protocol.minCells ? [id] : [],
  );
  const otherNames = others.map((id) => vocabulary.tokens[id]);
  const unlabeled = chooseSome(otherNames, protocol.unlabeled, `unlabelled ${protocol.seed}`);
  const ids = tokens.map((id) => vocabulary.tokens[id]);
  const groups = groupOf && ids.map((id) => groupOf.get(id) ?? id);
  if (groups && new Set(groups).size < protocol.folds) {
    const remedy = 'lower protocol.folds or group genes more finely';
    throw new DataError(dataset, 'groupGenesBy', `${new Set(groups).size} groups of genes are too few; ${remedy}`);
  }
  const folds = foldGenes(Int32Array.from(labels), groups, { nSplits: protocol.folds, seed: protocol.seed });
  return {
    classes,
    ids,
    tokens,
    labels,
    groups,
    folds: [...folds],
    nFolds: protocol.folds,
    unlabeled: { ids: unlabeled.map((at) => otherNames[at]), tokens: unlabeled.map((at) => others[at]) },
    cells: {
      rows,
      ids: rows.map((row) => cells.cellIds[row]),
      folds: protocol.cells === 'held-out' ? cellFolds(rows, cells.attributes, protocol, dataset) : null,
    },
    listed: Object.fromEntries(classes.map((name) => [name, listed.get(name)?.length ?? 0])),
  };
}

function cellFolds(
  rows: readonly number[],
  attributes: TokenizedDataset['attributes'],
  { folds: nSplits, seed, groupBy }: SplitProtocol,
  dataset: string,
): number[] {
  if (groupBy === null) return [...stratifiedKFold(new Int32Array(rows.length), { nSplits, seed })];
  const column = attributes.get(groupBy);
  if (!column) {
    const known = [...attributes.keys()].join(', ');
    throw new DataError(dataset, `obs/${groupBy}`, `column not found; choose one of: ${known}`);
  }
  const values = columnAsStrings(column);
  const groups = rows.map((row) => values[row] ?? '');
  const known = [...new Set(groups)].sort();
  return [
    ...groupKFold(
      Int32Array.from(groups, (group) => known.indexOf(group)),
      { nSplits },
    ),
  ];
}
