import { ArgumentError, listSome } from '@geneformer-ts/core';
import { type AnnData, columnAsStrings } from '@geneformer-ts/io';
import { encodeLabels } from '@geneformer-ts/model';
import { CellsUnfitError } from '../errors.js';
import type { FinetuneOptions } from './finetune-options.js';

/** The labeled cells of a file, for a model. */
export interface LabeledTokens {
  /** Position in the tokenized cells of each labeled cell. */
  positions: Int32Array;
  names: string[];
  codes: Int32Array;
  groups?: Int32Array;
  leftOut: Record<string, number>;
}

/**
 * Returns the cells with labels that are frequent enough.
 *
 * @throws FieldMissingError for an unknown column; CellsUnfitError if fewer than two labels are left
 */
export function labeledTokens(adata: AnnData, rows: Int32Array, options: FinetuneOptions): LabeledTokens {
  const { labels, groupBy, minCells = 10 } = options;
  if (!Number.isInteger(minCells) || minCells < 5)
    throw ArgumentError.of('minCells', minCells, 'a whole number from 5');
  const values = columnAsStrings(adata.obs.get(labels));
  const groups = groupBy === undefined ? undefined : columnAsStrings(adata.obs.get(groupBy));
  if (groups?.every((group) => group === null)) {
    throw new CellsUnfitError(adata.path, `obs['${groupBy}']`, 'has no value', 'choose another column of groups');
  }
  const isLabel = (value: string | null | undefined): value is string =>
    value !== null && value !== undefined && value !== '';
  const usable = Int32Array.from(rows.keys()).filter((at) => isLabel(values[rows[at]]) && groups?.[rows[at]] !== null);
  const counts = new Map<string, number>();
  for (const at of usable) {
    const label = values[rows[at]] as string;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const leftOut = Object.fromEntries([...counts].filter(([, cells]) => cells < minCells));
  const positions = usable.filter((at) => counts.get(values[rows[at]] as string)! >= minCells);
  const { names, codes } = encodeLabels(Array.from(positions, (at) => values[rows[at]]));
  if (names.length < 2) throw new CellsUnfitError(adata.path, `obs['${labels}']`, ...tooFew(counts, minCells));
  const groupCodes = groups && encodeLabels(Array.from(positions, (at) => groups[rows[at]])).codes;
  return { positions, names, codes, leftOut, ...(groupCodes && { groups: groupCodes }) };
}

/** Most different values of a column of labels that a message lists. */
const LISTED = 30;

/** Says why a column cannot be learned, and what to do. */
function tooFew(counts: ReadonlyMap<string, number>, minCells: number): [problem: string, remedy: string] {
  const remedy = 'use a column with at least two labels';
  if (counts.size === 0) return ['no cell that can be used has a value', remedy];
  if (counts.size > LISTED) return [`has ${counts.size} different values, which are not labels`, remedy];
  const found = [...counts].map(([label, cells]) => `${label} (${cells})`);
  return [`fewer than two labels have ${minCells} cells or more: ${listSome(found)}`, `${remedy}, or lower minCells`];
}
