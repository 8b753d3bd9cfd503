import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import {
  type BertModel,
  type Pooling,
  readStates,
  type SequenceStates,
  type StatesRequest,
} from '@geneformer-ts/model';
import { geneRange, type GeneSequence, type PerturbedSequence, type SequenceRules } from '../sequence/gene-sequence.js';
import { type Perturbation, perturbSequence } from '../sequence/perturb-sequence.js';
import { batchOf } from '../sequence/length-batches.js';
import { cosine } from './cosine.js';
import { largestShifts, type GeneShift } from './gene-shifts.js';

/** Options of `perturbCell`. */
export interface EffectOptions {
  /** Index of the hidden state, as in `embedCells`; default −1, the last. */
  layer?: number;
  /** How the vector of a cell is computed; default `mean` over the genes. */
  pooling?: Pooling;
  /** Vectors of cell states, by name; `stateVectors` computes them. */
  states?: ReadonlyMap<string, Float32Array | Float64Array>;
  /** Whether to compute the change of the class probabilities; needs a cell classifier. Default false. */
  probabilities?: boolean;
  /** Number of most shifted genes to return per perturbation; default 0. */
  geneShifts?: number;
  /** Maximum number of tokens per batch; default 4,096. Results do not depend on it. */
  batchTokens?: number;
  /** Cancels between batches. */
  signal?: AbortSignal;
}

const known: OptionNames<EffectOptions> = {
  layer: true,
  pooling: true,
  states: true,
  probabilities: true,
  geneShifts: true,
  batchTokens: true,
  signal: true,
};

/** Effects of perturbations of one cell, one entry per target. NaN: the cell lacks the genes, or has no other gene. */
export interface CellEffects {
  /** 1 − cosine between the vectors of the perturbed and the original cell. */
  shift: Float64Array;
  /** Change of the cosine to each state [targets × states]. */
  states: Float64Array;
  /** Change of each class probability [targets × labels]; empty unless requested. */
  probabilities: Float64Array;
  /** Number of genes of each target that the cell contains. */
  present: Int32Array;
  /** Rank of the first of these genes, from 0; −1 if the cell lacks them. */
  rank: Int32Array;
  /** The most shifted other genes of each target. */
  genes: GeneShift[][];
}

/**
 * Computes the effects of perturbing each target of one cell. The original that a perturbed cell is compared with has the same other
 * genes: if a full sequence lost genes at its end, they are also missing in the original.
 *
 * ```ts
 * const cell = { tokens: Int32Array.of(9, 7, 5, 8) };
 * const rules = { specialIds: model.specialIds, maxLength: 2048 };
 * const { shift } = await perturbCell(model, cell, [[7], [5, 8], [6]], { kind: 'delete' }, rules);
 * shift[2]; // NaN: the cell lacks gene 6
 * ```
 *
 * @param targets - token ids of genes that are perturbed together
 * @throws the errors of `readStates`
 */
export async function perturbCell(
  model: BertModel,
  cell: GeneSequence,
  targets: readonly (readonly number[])[],
  perturbation: Perturbation,
  rules: SequenceRules,
  options: EffectOptions = {},
): Promise<CellEffects> {
  checkOptions('perturbCell', options, known);
  const { layer = -1, pooling = 'mean', states = new Map<string, Float32Array>(), geneShifts = 0 } = options;
  const probabilities = options.probabilities === true;
  const request: StatesRequest = { layer, pooling, tokens: geneShifts > 0, probabilities };
  const range = geneRange(cell, rules.specialIds);
  const classes = probabilities ? (model.labels?.length ?? 0) : 0;
  const width = model.config.hidden_size;
  const results: CellEffects = {
    shift: new Float64Array(targets.length).fill(NaN),
    states: new Float64Array(targets.length * states.size).fill(NaN),
    probabilities: new Float64Array(targets.length * classes).fill(NaN),
    present: new Int32Array(targets.length),
    rank: new Int32Array(targets.length).fill(-1),
    genes: targets.map(() => []),
  };
  const sequences = targets.map((genes) => perturbSequence(cell, genes, perturbation, rules));
  const originals = new Map<number, Promise<SequenceStates>>();
  const originalWithout = (dropped: number): Promise<SequenceStates> => {
    const known = originals.get(dropped);
    if (known) return known;
    const computed = readStates(model, batchOf([withoutLast(cell, dropped, range.end)]), request);
    originals.set(dropped, computed);
    return computed;
  };

  sequences.forEach((sequence, target) => {
    results.present[target] = sequence?.present ?? 0;
    const ranks = targets[target].map((gene) => cell.tokens.indexOf(gene, range.start)).filter((at) => at >= 0);
    if (sequence && ranks.length > 0) results.rank[target] = Math.min(...ranks) - range.start;
  });
  for (const batch of batchesByLength(sequences, cell, rules, options.batchTokens ?? 4096)) {
    options.signal?.throwIfAborted();
    const perturbed = batch.map((target) => sequences[target] as PerturbedSequence);
    const found = await readStates(model, batchOf(perturbed), request);
    for (const [row, target] of batch.entries()) {
      const original = await originalWithout(perturbed[row].dropped);
      const vector = found.vectors!.subarray(row * width, (row + 1) * width);
      results.shift[target] = 1 - cosine(vector, original.vectors!);
      [...states.values()].forEach((state, i) => {
        results.states[target * states.size + i] = cosine(vector, state) - cosine(original.vectors!, state);
      });
      for (let k = 0; k < classes; k++) {
        const change = found.probabilities![row * classes + k] - original.probabilities![k];
        results.probabilities[target * classes + k] = change;
      }
      if (geneShifts > 0) {
        const size = perturbed[row].tokens.length * width;
        results.genes[target] = largestShifts(
          perturbed[row],
          { after: found.tokens!.subarray(row * size, (row + 1) * size), before: original.tokens!, width },
          { range, without: new Set(targets[target]), most: geneShifts },
        );
      }
    }
  }
  return results;
}

/** Returns batches of targets whose sequences have equal lengths, in a fixed order. Sequences without genes are left out. */
function batchesByLength(
  sequences: readonly (PerturbedSequence | undefined)[],
  cell: GeneSequence,
  { specialIds }: SequenceRules,
  batchTokens: number,
): number[][] {
  const byLength = new Map<number, number[]>();
  const special = cell.tokens.length - (geneRange(cell, specialIds).end - geneRange(cell, specialIds).start);
  sequences.forEach((sequence, target) => {
    if (!sequence || sequence.tokens.length === special) return;
    const { length } = sequence.tokens;
    byLength.set(length, [...(byLength.get(length) ?? []), target]);
  });
  return [...byLength].flatMap(([length, members]) => {
    const rows = Math.max(1, Math.floor(batchTokens / length));
    return Array.from({ length: Math.ceil(members.length / rows) }, (_, i) => members.slice(i * rows, (i + 1) * rows));
  });
}

/** Returns a cell without the last `dropped` genes before position `end`. */
export function withoutLast(cell: GeneSequence, dropped: number, end: number): GeneSequence {
  if (dropped === 0) return cell;
  const without = <T extends Int32Array | Float32Array>(values: T): T =>
    values.filter((_: number, at: number) => at < end - dropped || at >= end) as T;
  return { tokens: without(cell.tokens), ...(cell.counts && { counts: without(cell.counts) }) };
}
