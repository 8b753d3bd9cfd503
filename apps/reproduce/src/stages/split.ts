/** Selects the cells of the comparison, their classes, and the fold in which each is tested. */
import { writeFile } from 'node:fs/promises';
import { stratifiedKFold } from '@geneformer-ts/eval';
import { openAnnData, type DataFrame } from '@geneformer-ts/io';
import { foldsOfGroups, labeledCells, obsColumn } from '../data/labeled-cells.js';
import type { Split } from '../data/study-cells.js';
import { defineStage, from } from '../run/define.js';
import { protocolParams, type ProtocolParams } from './cell.params.js';
import type data from './data.js';

export default defineStage({
  name: 'split',
  params: protocolParams,
  inputs: { data: from<typeof data>() },
  outputs: { split: 'split.json' },
  cores: 'half',
  async run({ params, inputs: { data }, output }) {
    const source = await openAnnData(data.file('cells'));
    try {
      const split = makeSplit(source.obs, params, data.facts.id);
      await writeFile(output.split, JSON.stringify(split));
      return { facts: countsOf(split) };
    } finally {
      await source.close();
    }
  },
});

export function makeSplit(obs: DataFrame, params: ProtocolParams, dataset: string): Split {
  const { folds, seed, groupBy } = params;
  const cells = labeledCells(obs, params, dataset);
  const grouped = groupBy === null ? null : obsColumn(obs, groupBy, dataset);
  const groups = cells.rows.map((row) => grouped?.[row] ?? '');
  const labels = Int32Array.from(cells.labels);
  const foldOf =
    groupBy === null
      ? stratifiedKFold(labels, { nSplits: folds, seed })
      : foldsOfGroups(labels, groups, { folds, seed, column: groupBy }, dataset);
  return { ...cells, groups, folds: [...foldOf], nFolds: folds };
}

function countsOf({ classes, labels, groups }: Split) {
  const names = [...new Set(groups)].filter(Boolean).sort();
  return {
    cells: labels.length,
    classes: Object.fromEntries(classes.map((name, index) => [name, labels.filter((label) => label === index).length])),
    groups: names.length,
  };
}
