import type { StatesRequest } from '@geneformer-ts/model';
import { cosine } from '../effects/cosine.js';
import type { HeldOutStates } from '../effects/held-out-states.js';
import { withoutLast } from '../effects/perturb-cell.js';
import { screenDeletions } from '../effects/screen-deletions.js';
import { geneRange, type GeneSequence } from '../sequence/gene-sequence.js';
import { perturbSequence } from '../sequence/perturb-sequence.js';
import { type Reading, readSequences } from './cell-vectors.js';
import { cellsOfPart, type Part, type RunPlan } from './part-plan.js';
import { cellAt, type RunSpec } from './run-spec.js';

/** The results of a part: one entry per cell and target, in the order of the sequences. */
export interface PartRows {
  /** Index of the cell. */
  cell: Int32Array;
  /** Token id of the gene, or index of the list of genes. */
  target: Int32Array;
  /** Rank of the first gene of the target, from 0; −1 if the cell lacks them. */
  rank: Int32Array;
  /** Number of genes of the target that the cell contains. */
  present: Int32Array;
  /** 1 − cosine between the vectors of the perturbed and the original cell; NaN if nothing was perturbed. */
  shift: Float64Array;
  /** Change of the cosine to each state, and of each class probability, by column name. */
  changes: Map<string, Float64Array>;
}

/** Names of the columns of changes. */
export const stateColumn = (name: string): string => `toward ${name}`;
export const classColumn = (name: string): string => `probability ${name}`;

/** Returns the names of the columns of changes of a run. */
export function changeColumns({ states, probabilities = false }: RunSpec, labels: readonly string[]): string[] {
  return [...(states?.names ?? []).map(stateColumn), ...(probabilities ? labels : []).map(classColumn)];
}

/** Fills in the rows of a part from gradients. */
async function screenPart(
  { cells, rules, layer = -1, pooling = 'mean', screen }: RunSpec,
  plan: RunPlan,
  part: Part,
  rows: PartRows,
  { model, signal, states: heldOut }: PartContext,
): Promise<void> {
  let row = 0;
  for (const [at, from, to] of cellsOfPart(plan, part)) {
    signal?.throwIfAborted();
    const cell = cellAt(cells, plan.cells[at], rules.maxLength);
    const states = heldOut?.without(plan.cells[at]);
    const options = { layer, pooling, ...screen, ...(states && { states }) };
    const found = await screenDeletions(model, cell, rules, options);
    const { start } = geneRange(cell, rules.specialIds);
    for (let gene = from; gene < to; gene++, row++) {
      rows.cell[row] = plan.cells[at];
      rows.target[row] = cell.tokens[start + gene];
      rows.rank[row] = gene;
      rows.present[row] = 1;
      rows.shift[row] = found.shift[gene];
      [...rows.changes.values()].forEach((column, k) => (column[row] = found.states[gene * rows.changes.size + k]));
    }
  }
}

/** An original that perturbed sequences of a cell are compared with. */
interface Original {
  vector: Float32Array;
  probabilities: Float32Array | undefined;
  /** Cosine to each state. */
  cosines: number[];
}

/** What computing a part needs besides the run. */
export interface PartContext extends Omit<Reading, 'request'> {
  labels: readonly string[];
  states?: HeldOutStates | undefined;
}

/** Computes one part of a run. Its bits depend only on the run, on one thread of backend `onnx`. */
export async function computePart(
  spec: RunSpec,
  plan: RunPlan,
  part: Part,
  { labels, states, ...reading }: PartContext,
): Promise<PartRows> {
  const { layer = -1, pooling = 'mean', probabilities = false } = spec;
  const request: StatesRequest = { layer, pooling, probabilities };
  const size = part.end - part.first;
  const names = changeColumns(spec, labels);
  const rows: PartRows = {
    cell: new Int32Array(size),
    target: new Int32Array(size),
    rank: new Int32Array(size).fill(-1),
    present: new Int32Array(size),
    shift: new Float64Array(size).fill(NaN),
    changes: new Map(names.map((name) => [name, new Float64Array(size).fill(NaN)])),
  };
  const columns = [...rows.changes.values()];
  if (spec.screen) {
    await screenPart(spec, plan, part, rows, { ...reading, labels, states });
    return rows;
  }
  const width = reading.model.config.hidden_size;
  const vectors = new Map<number, Map<string, Float64Array>>();
  const originals = new Map<string, Original>();
  await readSequences(originalsOf(spec, plan, part), { ...reading, request }, ([...keys], found) =>
    keys.forEach(({ name, at }, row) => {
      const vector = found.vectors!.slice(row * width, (row + 1) * width);
      if (states && !vectors.has(at)) vectors.set(at, states.without(plan.cells[at]));
      const cosines = [...(vectors.get(at)?.values() ?? [])].map((state) => cosine(vector, state));
      const own = found.probabilities?.slice(row * labels.length, (row + 1) * labels.length);
      originals.set(name, { vector, probabilities: own, cosines });
    }),
  );
  await readSequences(perturbedOf(spec, plan, part, rows), { ...reading, request }, (keys, found) =>
    keys.forEach(({ row, name, at }, inBatch) => {
      const original = originals.get(name)!;
      const vector = found.vectors!.subarray(inBatch * width, (inBatch + 1) * width);
      rows.shift[row] = 1 - cosine(vector, original.vector);
      [...(vectors.get(at)?.values() ?? [])].forEach((state, k) => {
        columns[k][row] = cosine(vector, state) - original.cosines[k];
      });
      original.probabilities?.forEach((before, k) => {
        const column = columns[original.cosines.length + k];
        column[row] = found.probabilities![inBatch * labels.length + k] - before;
      });
    }),
  );
  return rows;
}

/** The original of a perturbed sequence: a cell, by its place among the perturbed cells, without some last genes. */
interface OriginalKey {
  name: string;
  at: number;
}

const nameOf = (at: number, dropped: number): string => `${at}/${dropped}`;

/** Yields the originals that the sequences of a part are compared with. */
function* originalsOf(spec: RunSpec, plan: RunPlan, part: Part): Generator<readonly [OriginalKey, GeneSequence]> {
  for (const [at, from, to] of cellsOfPart(plan, part)) {
    const cell = cellAt(spec.cells, plan.cells[at], spec.rules.maxLength);
    const range = geneRange(cell, spec.rules.specialIds);
    const dropped = new Set([0]);
    // Only inserted genes make a sequence too long.
    if (spec.perturbation.kind === 'overexpress' && spec.targets !== 'all') {
      for (let target = from; target < to; target++) {
        dropped.add(perturbSequence(cell, spec.targets[target], spec.perturbation, spec.rules)?.dropped ?? 0);
      }
    }
    for (const last of dropped) yield [{ name: nameOf(at, last), at }, withoutLast(cell, last, range.end)];
  }
}

/** Yields the perturbed sequences of a part, and writes what does not need the model into its rows. */
function* perturbedOf(
  spec: RunSpec,
  plan: RunPlan,
  part: Part,
  rows: PartRows,
): Generator<readonly [OriginalKey & { row: number }, GeneSequence]> {
  const { cells, targets, perturbation, rules } = spec;
  let row = 0;
  for (const [at, from, to] of cellsOfPart(plan, part)) {
    const cell = cellAt(cells, plan.cells[at], rules.maxLength);
    const range = geneRange(cell, rules.specialIds);
    const special = cell.tokens.length - (range.end - range.start);
    for (let target = from; target < to; target++, row++) {
      const gene = cell.tokens[range.start + target];
      const genes = targets === 'all' ? [gene] : targets[target];
      const ranks = targets === 'all' ? [target] : ranksOf(cell, genes, range);
      rows.cell[row] = plan.cells[at];
      rows.target[row] = targets === 'all' ? gene : target;
      rows.present[row] = ranks.length;
      if (ranks.length > 0) rows.rank[row] = Math.min(...ranks);
      const sequence = perturbSequence(cell, genes, perturbation, rules);
      // Without any gene, a cell has no vector.
      if (!sequence || sequence.tokens.length === special) continue;
      yield [{ row, at, name: nameOf(at, sequence.dropped) }, sequence];
    }
  }
}

/** Returns the ranks, from 0, of the genes that a cell contains. */
function ranksOf(
  { tokens }: GeneSequence,
  genes: readonly number[],
  { start, end }: { start: number; end: number },
): number[] {
  return genes.map((gene) => tokens.indexOf(gene, start)).flatMap((at) => (at >= 0 && at < end ? [at - start] : []));
}
