import { ArgumentError } from '@geneformer-ts/core';
import {
  geneRange,
  type GeneSequence,
  type PerturbedSequence,
  type Place,
  sequenceOf,
  type SequenceRules,
} from './gene-sequence.js';

/** A change of the genes of a cell. */
export interface Perturbation {
  /**
   * `delete`: the genes are removed. `overexpress`: they move to the front; genes that the cell lacks are inserted there. `inhibit`
   * and `activate`: they move down or up by quartiles of the ranks.
   */
  kind: 'delete' | 'overexpress' | 'inhibit' | 'activate';
  /** Quartiles that `inhibit` and `activate` move a gene by; default 1. */
  quartiles?: 1 | 2 | 3;
  /** Whether `overexpress` skips genes that the cell lacks, rather than inserting them; default false. */
  presentOnly?: boolean;
}

/** The kinds of perturbations. */
export const perturbationKinds = ['delete', 'overexpress', 'inhibit', 'activate'] as const;

/**
 * Applies a perturbation to the genes of one cell, all of them at once. Special tokens stay where they are. A sequence that becomes too
 * long loses genes at its end.
 *
 * ```ts
 * const cell = { tokens: Int32Array.of(2, 9, 7, 5, 8, 3) }; // <cls>, four genes, <eos>
 * const rules = { specialIds: [0, 1, 2, 3], maxLength: 6 };
 * perturbSequence(cell, [5], { kind: 'overexpress' }, rules)?.tokens; // Int32Array [2, 5, 9, 7, 8, 3]
 * perturbSequence(cell, [6], { kind: 'overexpress' }, rules)?.tokens; // Int32Array [2, 6, 9, 7, 5, 3]
 * perturbSequence(cell, [6], { kind: 'delete' }, rules); // undefined
 * ```
 *
 * @param genes - token ids; the order is that of overexpressed genes
 * @returns undefined if the perturbation does nothing because the cell lacks the genes
 */
export function perturbSequence(
  cell: GeneSequence,
  genes: readonly number[],
  perturbation: Perturbation,
  rules: SequenceRules,
): PerturbedSequence | undefined {
  const { kind, quartiles = 1, presentOnly = false } = perturbation;
  const range = geneRange(cell, rules.specialIds);
  if (range.start === range.end) return undefined;
  const positions = genes.map((gene) => {
    const at = cell.tokens.indexOf(gene, range.start);
    return at >= 0 && at < range.end ? at : -1;
  });
  const found = positions.filter((at) => at >= 0);
  const inserts = kind === 'overexpress' && !presentOnly && found.length < genes.length;
  if (found.length === 0 && !inserts) return undefined;

  const moved = new Set(found);
  const rest: Place[] = [];
  for (let at = range.start; at < range.end; at++) if (!moved.has(at)) rest.push({ from: at });
  const changed = ((): Place[] => {
    switch (kind) {
      case 'delete':
        return rest;
      case 'overexpress':
        return [...front(genes, positions, { start: range.start, presentOnly }), ...rest];
      case 'inhibit':
      case 'activate':
        return byQuartiles(rest, found, range, kind === 'inhibit' ? quartiles : -quartiles);
      default:
        throw ArgumentError.of('kind', kind, `one of ${perturbationKinds.join(', ')}`);
    }
  })();
  const most = rules.maxLength - (cell.tokens.length - (range.end - range.start));
  const dropped = Math.max(0, changed.length - most);
  const special = (from: number, to: number): Place[] =>
    Array.from({ length: to - from }, (_, i) => ({ from: from + i }));
  const places = [
    ...special(0, range.start),
    ...changed.slice(0, changed.length - dropped),
    ...special(range.end, cell.tokens.length),
  ];
  return { ...sequenceOf(cell, places, rules), present: found.length, dropped };
}

/** Returns the places of overexpressed genes, in the given order. */
function front(
  genes: readonly number[],
  positions: readonly number[],
  { start, presentOnly }: { start: number; presentOnly: boolean },
): Place[] {
  return genes.flatMap((gene, i): Place[] => {
    const from = positions[i];
    // A gene that was at the front keeps its count.
    if (from >= 0) return [from === start ? { from } : { from, rankOf: start }];
    return presentOnly ? [] : [{ insert: gene, rankOf: start }];
  });
}

/**
 * Moves genes to the middle of the quartile that is `shift` below theirs; from the first or last quartile to the front or end.
 *
 * @param shift - positive: to lower ranks
 */
function byQuartiles(
  rest: readonly Place[],
  found: readonly number[],
  { start, end }: { start: number; end: number },
  shift: number,
): Place[] {
  const size = end - start;
  const targets = found
    .map((from) => ({ from, to: quartileTarget(from - start, size, shift) }))
    .sort((a, b) => a.to - b.to || a.from - b.from);
  const places = [...rest];
  let next = 0;
  for (const { from, to } of targets) {
    // Genes with the same target keep their order.
    const at = Math.min(Math.max(to, next), places.length);
    places.splice(at, 0, { from, rankOf: start + Math.min(at, size - 1) });
    next = at + 1;
  }
  return places;
}

/** Returns the new rank, from 0, of a gene at a rank among `size` genes. */
export function quartileTarget(rank: number, size: number, shift: number): number {
  const quartile = Math.floor((4 * rank) / size) + shift;
  if (quartile < 0) return 0;
  if (quartile > 3) return size - 1;
  return Math.floor(((quartile + 0.5) * size) / 4);
}
