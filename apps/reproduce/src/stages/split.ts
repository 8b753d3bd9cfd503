/** Decides which cells take part, what they are called, and in which fold each is tested. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { groupKFold, stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';
import { columnAsStrings, openCells, type Frame } from '@geneformer-ts/io';
import { DataError } from '../errors.js';
import type { Split } from '../data/study-cells.js';
import type { Stage } from '../run/stage.js';
import type { ProtocolParams } from './split.params.js';

const stage: Stage<ProtocolParams> = {
  async run({ params, inputs, scratch }) {
    const source = await openCells(inputs.file('data', 'cells'));
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

export function makeSplit(obs: Frame, params: ProtocolParams, dataset: string): Split {
  const values = column(obs, params.label, dataset);
  const present = [...new Set(values.filter((value) => value !== null))];
  const classes = [...(params.classes ?? present)].sort();
  const rows = values.flatMap((value, row) => (value !== null && classes.includes(value) ? [row] : []));
  const labels = rows.map((row) => classes.indexOf(values[row] ?? ''));
  for (const [index, name] of classes.entries()) {
    if (labels.includes(index)) continue;
    const seen = [...new Set(values)].slice(0, 8).join(', ');
    throw new DataError(dataset, params.label, `no cell of class "${name}"; the column holds: ${seen}`);
  }
  const grouped = params.groupBy === null ? null : column(obs, params.groupBy, dataset);
  const groups = rows.map((row) => grouped?.[row] ?? '');
  return {
    classes,
    rows,
    cellIds: rows.map((row) => obs.index[row] ?? ''),
    labels,
    groups,
    folds: [...assignFolds(Int32Array.from(labels), grouped ? groups : null, params, dataset)],
    nFolds: params.folds,
  };
}

function assignFolds(labels: Int32Array, groups: string[] | null, params: ProtocolParams, dataset: string): Int32Array {
  const { folds: nSplits, seed, groupBy } = params;
  if (!groups) return stratifiedKFold(labels, { nSplits, seed });
  const names = [...new Set(groups)].sort();
  if (names.length < nSplits) {
    const remedy = `set protocol.folds to ${names.length} or fewer`;
    throw new DataError(dataset, groupBy ?? '', `${nSplits} folds but only ${names.length} groups; ${remedy}`);
  }
  const codes = Int32Array.from(groups, (group) => names.indexOf(group));
  // As many groups as folds leaves nothing to balance: each group is tested in turn.
  return names.length === nSplits
    ? groupKFold(codes, { nSplits })
    : stratifiedGroupKFold(labels, codes, { nSplits, seed });
}

function column(obs: Frame, name: string, dataset: string): (string | null)[] {
  const found = obs.columns.get(name);
  if (found) return columnAsStrings(found);
  throw new DataError(dataset, `obs/${name}`, `no such column; choose one of: ${[...obs.columns.keys()].join(', ')}`);
}

function countsOf({ classes, labels, groups }: Split) {
  const names = [...new Set(groups)].filter(Boolean).sort();
  return {
    cells: labels.length,
    classes: Object.fromEntries(classes.map((name, index) => [name, labels.filter((label) => label === index).length])),
    groups: names.length,
  };
}
