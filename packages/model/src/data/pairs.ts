import { below, namedRandom, type Random, shuffle } from '@geneformer-ts/core';
import { LabelError } from '../errors.js';
import { checkArray } from './arrays.js';
import type { Batch } from './batches.js';

/**
 * Pairs of cells for contrastive training. Two different cells of a group, such as the cells of one profile, are a pair; a group of one
 * cell pairs two views of this cell. A batch consists of pairs of one source, so that telling cells apart never means telling sources
 * apart.
 */
export interface CellGroups {
  /** Indices of the cells of each group, ascending. */
  members: Int32Array[];
  /** Groups of each source. */
  sources: Int32Array[];
}

/**
 * Groups cells by profile and source.
 *
 * @param cells number of cells
 * @param profiles profile of each cell, any whole number; default: every cell is a group
 * @param sources source of each cell, any whole number; default: one source
 * @param owner what comes before the names of the arrays in errors, such as `held.`
 * @throws ArgumentError unless profiles and sources are arrays of 32-bit integers
 * @throws LabelError unless every cell has a profile and a source
 */
export function groupCells(cells: number, profiles?: Int32Array, sources?: Int32Array, owner = ''): CellGroups {
  for (const [what, codes] of [
    [`${owner}profiles`, profiles],
    [`${owner}sources`, sources],
  ] as const) {
    if (codes === undefined) continue;
    checkArray(what, codes, 'Int32Array', 'encode names with encodeLabels, or use Int32Array.from');
    if (codes.length === cells) continue;
    throw new LabelError(`there are ${codes.length} ${what} for ${cells} cells; give one per cell`);
  }
  const members = new Map<string, number[]>();
  const groupsOf = new Map<number, number[]>();
  for (let cell = 0; cell < cells; cell++) {
    const source = sources?.[cell] ?? 0;
    const key = `${source} ${profiles?.[cell] ?? cell}`;
    const known = members.get(key);
    if (known) {
      known.push(cell);
      continue;
    }
    if (!groupsOf.has(source)) groupsOf.set(source, []);
    groupsOf.get(source)!.push(members.size);
    members.set(key, [cell]);
  }
  return {
    members: [...members.values()].map((group) => Int32Array.from(group)),
    sources: [...groupsOf.values()].map((groups) => Int32Array.from(groups)),
  };
}

/**
 * Returns the batches of an epoch in random order. The groups of a source are shuffled and divided into batches of `pairs`; the remaining
 * groups wait for another epoch. A source with fewer groups forms one batch; a single group is not used, because it has no other to be
 * told from.
 *
 * @returns batches whose `cells` are groups, and with two rows per group
 */
export function pairBatches({ sources }: CellGroups, pairs: number, length: number, random: Random): Batch[] {
  const batches: Batch[] = [];
  for (const groups of sources) {
    const size = Math.min(pairs, groups.length);
    if (size < 2) continue;
    const order = shuffle(groups.slice(), random);
    for (let start = 0; start + size <= order.length; start += size) {
      batches.push({ rows: 2 * size, length, cells: order.slice(start, start + size) });
    }
  }
  return shuffle(batches, random);
}

/**
 * Returns the cells of the pairs of a batch: all first cells, then all second cells. A pair depends only on `names` and the group.
 *
 * @param names first keys of the random streams, among them seed and epoch
 */
export function cellsOfPairs({ members }: CellGroups, batch: Batch, names: readonly number[]): Int32Array {
  const pairs = batch.cells.length;
  const cells = new Int32Array(2 * pairs);
  batch.cells.forEach((group, pair) => {
    const choice = members[group];
    const random = namedRandom(...names, group);
    const first = below(random, choice.length);
    // The second cell is any other one; a group of one cell has no other.
    const second = choice.length > 1 ? (first + 1 + below(random, choice.length - 1)) % choice.length : first;
    cells[pair] = choice[first];
    cells[pairs + pair] = choice[second];
  });
  return cells;
}
