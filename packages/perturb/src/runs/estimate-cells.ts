import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { type BertModel, readStates } from '@geneformer-ts/model';
import { screenDeletions } from '../effects/screen-deletions.js';
import { batchOf } from '../sequence/length-batches.js';
import { planRun } from './part-plan.js';
import { checkShard, type RunOptions } from './perturb-cells.js';
import { cellAt, cellCount, type RunSpec } from './run-spec.js';

/** What a run would cost. */
export interface RunEstimate {
  /** Number of perturbed cells, and sequences and tokens of the whole run. */
  cells: number;
  sequences: number;
  tokens: number;
  /** Number of parts of the whole run. */
  parts: number;
  /** Seconds that the share of this process would take. */
  seconds: number;
  /** Tokens that were read to measure that. */
  measuredTokens: number;
}

/** Options of `estimateCells`, as for `perturbCells`. */
export type EstimateOptions = Pick<RunOptions, 'shard' | 'batchTokens' | 'signal'>;

const known: OptionNames<EstimateOptions> = { shard: true, batchTokens: true, signal: true };

/** Batches that are measured, at equal distances among the tokens of the run. */
const BATCHES = 6;

/**
 * Estimates the time of `perturbCells` without writing anything: reads one batch of each of six cells, which are drawn at equal distances
 * among the tokens of the run, so that long cells count as much as they cost.
 *
 * @throws the errors of `planRun` and `readStates`
 */
export async function estimateCells(
  model: BertModel,
  spec: RunSpec,
  options: EstimateOptions = {},
): Promise<RunEstimate> {
  checkOptions('estimateCells', options, known);
  const { shard = { index: 0, count: 1 }, batchTokens = 4096, signal } = options;
  checkShard(shard);
  const { layer = -1, pooling = 'mean', probabilities = false, states } = spec;
  const plan = planRun(spec);
  const { cells, lengths, starts, parts, sequences, tokens } = plan;
  const base = { cells: cells.length, sequences, tokens, parts: parts.length };
  if (sequences === 0) return { ...base, seconds: 0, measuredTokens: 0 };
  let [measuredTokens, perToken, at, before] = [0, 0, 0, 0];
  const read = async (length: number, rows: number): Promise<void> => {
    const sequence = cellAt(spec.cells, cells[at], length);
    if (spec.screen) {
      await screenDeletions(model, sequence, spec.rules, { layer, pooling, ...screenOf(spec, model) });
      return;
    }
    const batch = batchOf(Array.from({ length: rows }, () => sequence));
    await readStates(model, batch, { layer, pooling, probabilities });
  };
  const copies = spec.screen ? spec.screen.directions + (states?.names.length ?? 0) : 0;
  const sequencesOf = (place: number): number => (copies > 0 ? copies : starts[place + 1] - starts[place]);
  const tokensOf = (place: number): number => sequencesOf(place) * lengths[place];
  for (let i = 0; i < BATCHES; i++) {
    signal?.throwIfAborted();
    while (before + tokensOf(at) < ((i + 0.5) / BATCHES) * tokens) before += tokensOf(at++);
    const length = Math.min(lengths[at], spec.rules.maxLength);
    const rows = copies > 0 ? copies : Math.max(1, Math.min(sequencesOf(at), Math.floor(batchTokens / length)));
    // The first batch of a length also prepares the graph.
    await read(length, rows);
    const began = performance.now();
    await read(length, rows);
    perToken += (performance.now() - began) / 1000 / (rows * length) / BATCHES;
    measuredTokens += rows * length;
  }
  const own = parts.filter(({ index }) => index % shard.count === shard.index);
  if (own.length === 0) return { ...base, seconds: 0, measuredTokens };
  const share = own.reduce((sum, { first, end }) => sum + end - first, 0) / sequences;
  // Originals are read once per part, and the cells of states once.
  const stateCells = states
    ? states.labels.filter((label) => label !== null && states.names.includes(label)).length
    : 0;
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / cells.length;
  const others = Math.min(cellCount(spec.cells), stateCells) + (cells.length + parts.length) * share;
  return { ...base, seconds: perToken * (tokens * share + others * meanLength), measuredTokens };
}

/** Returns options of a screen of the same cost: a vector per state, whatever it is. */
function screenOf({ screen, states }: RunSpec, { config }: BertModel) {
  const vectors = (states?.names ?? []).map((name): [string, Float32Array] => [
    name,
    new Float32Array(config.hidden_size).fill(1),
  ]);
  return { ...screen, states: new Map(vectors) };
}
