/** Selects the cells of the comparison, their classes, and the fold in which each is tested. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stratifiedKFold } from '@geneformer-ts/eval';
import { openAnnData, type DataFrame } from '@geneformer-ts/io';
import { foldsOfGroups, labeledCells, obsColumn } from '../data/labeled-cells.js';
import type { Split } from '../data/study-cells.js';
import type { Stage } from '../run/stage.js';
import type { ProtocolParams } from './cell.params.js';

const stage: Stage<ProtocolParams> = {
  async run({ params, inputs, scratch }) {
    const source = await openAnnData(inputs.file('data', 'cells'));
    try {
      const split = makeSplit(source.obs, params, inputs.fact<string>('data', 'id'));
      const file = path.join(scratch, 'split.json');
      await writeFile(file, JSON.stringify(split));
      return { outputs: { split: file }, facts: countsOf(split) };
    } finally {
      await source.close();
    }
  },
};
export default stage;

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
