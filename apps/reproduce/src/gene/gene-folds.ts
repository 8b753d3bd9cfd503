/** Assigns genes to folds, keeps groups of related genes in one fold, and hides labels. */
import { sha256 } from '@geneformer-ts/core/node';
import { stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';
import { columnAsStrings, readTable } from '@geneformer-ts/io';
import { simulateThymus } from '@geneformer-ts/simulate';
import { dataFile } from '../data/data-files.js';
import { DataError } from '../errors.js';
import type { DataParams } from '../stages/data.params.js';
import type { GeneGroupParams } from '../stages/gene.params.js';
import type { GeneSplit } from './study-genes.js';

/** Returns the fold in which each gene is held out. Folds are stratified by class, and genes of one group are kept in one fold. */
export function foldGenes(
  labels: Int32Array,
  groups: readonly string[] | null,
  options: { nSplits: number; seed: number },
): Int32Array {
  if (!groups) return stratifiedKFold(labels, options);
  const known = [...new Set(groups)].sort();
  const codeOf = new Map(known.map((name, code) => [name, code]));
  return stratifiedGroupKFold(
    labels,
    Int32Array.from(groups, (name) => codeOf.get(name)!),
    options,
  );
}

/** Returns a map from gene id to group name. A gene that is not in the map forms its own group. */
export async function readGeneGroups(params: GeneGroupParams, data: DataParams): Promise<Map<string, string>> {
  return params.kind === 'table' ? fromTable(params) : fromTruth(data);
}

async function fromTable({ path, gene, group }: Extract<GeneGroupParams, { kind: 'table' }>) {
  const { columns } = await readTable(dataFile(path));
  const [ids, names] = [gene, group].map((name) => {
    const column = columns.get(name);
    if (column) return columnAsStrings(column);
    throw new DataError(path, name, `column not found; choose one of: ${[...columns.keys()].join(', ')}`);
  });
  return new Map(
    ids.flatMap((id, row): [string, string][] => {
      const name = names[row];
      return id && name ? [[id, name]] : [];
    }),
  );
}

function fromTruth(data: DataParams): Map<string, string> {
  if (data.kind !== 'simulated-thymus') {
    throw new DataError('groupGenesBy', 'kind', 'real cells have no simulated places; give a table of groups, or null');
  }
  const { truth } = simulateThymus({ preset: data.preset, seed: data.seed });
  return new Map(truth.regulators.map(({ id, activeIn }) => [id, [...activeIn].sort().join(', ')]));
}

/**
 * Returns the training genes of a fold that keep their labels when only a share of them is used: the same share of each class, at least
 * one gene per class. A larger share contains every smaller one.
 *
 * @param train positions of the training genes
 */
export function shownGenes(
  split: Pick<GeneSplit, 'classes' | 'ids' | 'labels'>,
  train: readonly number[],
  share: number,
  seed: string,
): number[] {
  const shown = split.classes.flatMap((_, label) => {
    const own = train.filter((gene) => split.labels[gene] === label);
    const names = own.map((gene) => split.ids[gene]);
    return chooseSome(names, Math.max(1, Math.round(share * own.length)), seed).map((at) => own[at]);
  });
  return shown.sort((a, b) => a - b);
}

/**
 * Returns the positions of `count` of the names, ascending: those with the smallest digests under the seed. The choice depends on the names and
 * the seed, not on their order, and a larger choice contains every smaller one.
 */
export function chooseSome(names: readonly string[], count: number, seed: string): number[] {
  if (count >= names.length) return names.map((_, position) => position);
  const digests = names.map((name) => sha256(`${seed}\n${name}`));
  return names
    .map((_, position) => position)
    .sort((a, b) => (digests[a] < digests[b] ? -1 : 1))
    .slice(0, count)
    .sort((a, b) => a - b);
}
