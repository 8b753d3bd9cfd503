/**
 * Which cells a model learns from and in which contexts it is tested. Training cells are always undisturbed ones of the training context;
 * they are the same for every encoding, model and context of a fold.
 */
import { stratifiedKFold } from '@geneformer-ts/eval';
import type { Frame } from '@geneformer-ts/io';
import { foldsOfGroups } from '../data/folds-of-groups.js';
import { labelledCells, obsColumn, type LabelledCells } from '../data/labelled-cells.js';
import { DataError } from '../errors.js';
import type { TransferProtocol } from '../stages/generalization.params.js';
import { assertApart } from './leak.js';

/**
 * What a cell is in a fold: learned from, held out of the same context, a cell of the other context, or left aside because another
 * fold tests it.
 */
export type Role = 'train' | 'seen' | 'shifted' | 'aside';

export interface ContextSplit extends LabelledCells {
  /** Donor, plate or whatever else tells the contexts apart. */
  groups: string[];
  nFolds: number;
  /** Fold → the role of each cell. */
  roles: Role[][];
}

export function makeContextSplit(obs: Frame, protocol: TransferProtocol, dataset: string): ContextSplit {
  const cells = labelledCells(obs, protocol, dataset);
  const column = obsColumn(obs, protocol.shift.column, dataset);
  const all: LabelledCells & { groups: string[] } = { ...cells, groups: cells.rows.map((row) => column[row] ?? '') };
  const roles =
    protocol.shift.kind === 'held-out' ? holdGroupsOut(all, protocol, dataset) : keepApart(all, protocol, dataset);
  const split = { ...all, nFolds: protocol.folds, roles };
  assertSound(split);
  return split;
}

/** Positions (not rows of the file) of the cells with a role in a fold. */
export function positionsOf({ roles }: ContextSplit, fold: number, role: Role): Int32Array {
  return Int32Array.from((roles[fold] ?? []).flatMap((own, position) => (own === role ? [position] : [])));
}

/** Positions of the cells that any fold holds out of the training context: those that the disturbed contexts are made of. */
export function seenPositions(split: ContextSplit): Int32Array {
  const all = split.roles.flatMap((_, fold) => [...positionsOf(split, fold, 'seen')]);
  return Int32Array.from(all).sort();
}

/**
 * Donors are dealt into folds; those of a fold are its other context. Each class of each fold's donors is dealt into parts, and part f of
 * the other donors is what fold f holds out, so that no cell is held out twice.
 */
function holdGroupsOut(
  { labels, groups }: LabelledCells & { groups: string[] },
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

/** Some values of a column are trained on, others are the other context; each of its cells is tested by one fold's model. */
function keepApart(
  { labels, groups, classes }: LabelledCells & { groups: string[] },
  { folds, parts, seed, shift }: TransferProtocol,
  dataset: string,
): Role[][] {
  if (shift.kind !== 'values') throw new Error(`a shift of kind ${shift.kind} has no values to keep apart`);
  const roles = Array.from({ length: folds }, () => labels.map((): Role => 'aside'));
  const deal = (values: readonly string[], into: number, role: Role) => {
    const inside = [...groups.keys()].filter((position) => values.includes(groups[position]));
    for (const [label, name] of classes.entries()) {
      if (inside.filter((position) => labels[position] === label).length >= into) continue;
      const problem = `fewer than ${into} cells of class "${name}" have ${values.join(' or ')}`;
      throw new DataError(dataset, `obs/${shift.column}`, `${problem}; correct protocol.shift or leave the class out`);
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

/** Into parts that have an equal share of every stratum. */
function dealt(strata: readonly string[], parts: number, seed: number): Int32Array {
  const names = [...new Set(strata)].sort();
  const codes = Int32Array.from(strata, (stratum) => names.indexOf(stratum));
  return stratifiedKFold(codes, { nSplits: parts, seed, classNames: names });
}

/**
 * Nothing tested is learned from, and no cell is tested twice in a context.
 * @throws LeakError naming the cells or groups
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
      if (tested.has(position)) throw new Error(`cell "${split.cellIds[position]}" is tested by two folds as ${role}`);
      tested.add(position);
    }
  }
}

/** Names of some cells and of the groups that they belong to. */
export function pick({ cellIds, groups }: Pick<ContextSplit, 'cellIds' | 'groups'>, positions: Int32Array) {
  return {
    cellIds: Array.from(positions, (position) => cellIds[position]),
    groups: Array.from(positions, (position) => groups[position]),
  };
}
