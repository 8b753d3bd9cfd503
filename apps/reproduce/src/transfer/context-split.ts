/**
 * Assigns cells to training and to the contexts of the test. Training cells are always unmodified cells of the training context;
 * they are the same for every encoding, model and context of a fold.
 */
import { stratifiedKFold } from '@geneformer-ts/eval';
import type { DataFrame } from '@geneformer-ts/io';
import { foldsOfGroups, labeledCells, type LabeledCells, obsColumn } from '../data/labeled-cells.js';
import { DataError } from '../errors.js';
import type { TransferProtocol } from '../stages/generalization.params.js';
import { assertApart } from './leak.js';

/**
 * The role of a cell in a fold: trained on, held out of the training context, tested in the shifted context, or unused because another
 * fold tests it.
 */
export type Role = 'train' | 'seen' | 'shifted' | 'aside';

export interface ContextSplit extends LabeledCells {
  /** Donor, plate or another property that distinguishes the contexts. */
  groups: string[];
  nFolds: number;
  /** The role of each cell, per fold. */
  roles: Role[][];
}

export function makeContextSplit(obs: DataFrame, protocol: TransferProtocol, dataset: string): ContextSplit {
  const cells = labeledCells(obs, protocol, dataset);
  const column = obsColumn(obs, protocol.shift.column, dataset);
  const all: LabeledCells & { groups: string[] } = { ...cells, groups: cells.rows.map((row) => column[row] ?? '') };
  const roles =
    protocol.shift.kind === 'held-out' ? holdGroupsOut(all, protocol, dataset) : keepApart(all, protocol, dataset);
  const split = { ...all, nFolds: protocol.folds, roles };
  assertSound(split);
  return split;
}

/** Returns the positions in the split (not rows of the file) of the cells with a role in a fold. */
export function positionsOf({ roles }: ContextSplit, fold: number, role: Role): Int32Array {
  return Int32Array.from((roles[fold] ?? []).flatMap((own, position) => (own === role ? [position] : [])));
}

/** Returns the positions of all cells that a fold holds out of the training context; the disturbed contexts are made from these. */
export function seenPositions(split: ContextSplit): Int32Array {
  const all = split.roles.flatMap((_, fold) => [...positionsOf(split, fold, 'seen')]);
  return Int32Array.from(all).sort();
}

/**
 * Assigns donors to folds; the donors of a fold are its shifted context. The cells of each class and fold are divided into parts, and fold f
 * holds out part f of the other folds' donors, so that no cell is held out twice.
 */
function holdGroupsOut(
  { labels, groups }: LabeledCells & { groups: string[] },
  { folds, parts, seed, shift }: TransferProtocol,
  dataset: string,
): Role[][] {
  const own = foldsOfGroups(Int32Array.from(labels), groups, { folds, seed, column: shift.column }, dataset);
  const part = dealt(
    labels.map((label, position) => `${own[position]}/${label}`),
    parts,
    seed,
  );
  return Array.from({ length: folds }, (_, fold) =>
    labels.map((_label, position) => (own[position] === fold ? 'shifted' : part[position] === fold ? 'seen' : 'train')),
  );
}

/** Trains on some values of a column; other values are the shifted context, each of whose cells is tested by the model of one fold. */
function keepApart(
  { labels, groups, classes }: LabeledCells & { groups: string[] },
  { folds, parts, seed, shift }: TransferProtocol,
  dataset: string,
): Role[][] {
  if (shift.kind !== 'values') throw new Error(`a shift of kind ${shift.kind} has no values; use kind 'values'`);
  const roles = Array.from({ length: folds }, () => labels.map((): Role => 'aside'));
  const deal = (values: readonly string[], into: number, role: Role) => {
    const inside = [...groups.keys()].filter((position) => values.includes(groups[position]));
    for (const [label, name] of classes.entries()) {
      if (inside.filter((position) => labels[position] === label).length >= into) continue;
      const problem = `fewer than ${into} cells of class "${name}" have ${values.join(' or ')}`;
      throw new DataError(
        dataset,
        `obs/${shift.column}`,
        `${problem}; correct protocol.shift or remove the class from protocol.classes`,
      );
    }
    const part = dealt(
      inside.map((position) => String(labels[position])),
      into,
      seed,
    );
    inside.forEach((position, at) => {
      for (let fold = 0; fold < folds; fold++) {
        if (part[at] === fold) roles[fold][position] = role;
        else if (role === 'seen') roles[fold][position] = 'train';
      }
    });
  };
  deal(shift.train, parts, 'seen');
  deal(shift.test, folds, 'shifted');
  return roles;
}

/** Assigns rows to parts that have an equal share of every stratum. */
function dealt(strata: readonly string[], parts: number, seed: number): Int32Array {
  const names = [...new Set(strata)].sort();
  const codes = Int32Array.from(strata, (stratum) => names.indexOf(stratum));
  return stratifiedKFold(codes, { nSplits: parts, seed, classNames: names });
}

/**
 * Checks that no tested cell is trained on, and that no cell is tested twice in a context.
 * @throws LeakError with the names of the cells or groups
 */
export function assertSound(split: ContextSplit): void {
  for (let fold = 0; fold < split.nFolds; fold++) {
    const train = pick(split, positionsOf(split, fold, 'train'));
    assertApart(train, pick(split, positionsOf(split, fold, 'seen')), { where: `fold ${fold}, seen`, groups: false });
    assertApart(train, pick(split, positionsOf(split, fold, 'shifted')), {
      where: `fold ${fold}, shifted`,
      groups: true,
    });
  }
  for (const role of ['seen', 'shifted'] as const) {
    const tested = new Set<number>();
    for (const position of split.roles.flatMap((_, fold) => [...positionsOf(split, fold, role)])) {
      if (tested.has(position))
        throw new Error(`cell "${split.cellIds[position]}" is tested by two folds as ${role}; report this as a bug`);
      tested.add(position);
    }
  }
}

/** Returns the ids of some cells and the groups that they belong to. */
export function pick({ cellIds, groups }: Pick<ContextSplit, 'cellIds' | 'groups'>, positions: Int32Array) {
  return {
    cellIds: Array.from(positions, (position) => cellIds[position]),
    groups: Array.from(positions, (position) => groups[position]),
  };
}
