import { geneRange } from '../sequence/gene-sequence.js';
import { cellAt, checkScreen, partTokensFor, type RunSpec, selectedCells } from './run-spec.js';

/** A range of the sequences of a run. Sequences are numbered cell by cell, and by target within a cell. */
export interface Part {
  index: number;
  first: number;
  end: number;
}

/** The sequences of a run and the parts that they are computed in. */
export interface RunPlan {
  /** The perturbed cells. */
  cells: Int32Array;
  /** Number of the first sequence of each of these cells, and the total. */
  starts: Float64Array;
  /** Tokens per perturbed cell. */
  lengths: Int32Array;
  parts: Part[];
  /** Number of sequences. */
  sequences: number;
  /** Number of tokens that the model reads: those of all sequences, or of a screen the copies of each cell. */
  tokens: number;
}

/**
 * Divides a run into parts by the cumulative number of tokens. The parts depend neither on shards nor on what was computed before.
 */
export function planRun(spec: RunSpec): RunPlan {
  const { cells, targets, rules, screen } = spec;
  checkScreen(spec);
  const selected = selectedCells(spec);
  const starts = new Float64Array(selected.length + 1);
  const lengths = new Int32Array(selected.length);
  const parts: Part[] = [];
  const copies = screen ? screen.directions + (spec.states?.names.length ?? 0) : 0;
  let tokens = 0;
  selected.forEach((cell, at) => {
    const sequence = cellAt(cells, cell, rules.maxLength);
    const { start, end } = geneRange(sequence, rules.specialIds);
    lengths[at] = sequence.tokens.length;
    starts[at + 1] = starts[at] + (targets === 'all' ? end - start : targets.length);
    tokens += (screen ? copies : starts[at + 1] - starts[at]) * lengths[at];
  });
  const partTokens = partTokensFor(spec, tokens);
  let [first, inPart] = [0, 0];
  lengths.forEach((length, at) => {
    const count = starts[at + 1] - starts[at];
    for (let done = 0; done < count;) {
      // A screen computes all genes of a cell at once.
      const most = screen ? count : Math.max(1, Math.ceil((partTokens - inPart) / length));
      const fit = Math.min(count - done, most);
      done += fit;
      inPart += (screen ? copies : fit) * length;
      if (inPart < partTokens) continue;
      parts.push({ index: parts.length, first, end: starts[at] + done });
      first = starts[at] + done;
      inPart = 0;
    }
  });
  const sequences = starts[selected.length];
  if (first < sequences) parts.push({ index: parts.length, first, end: sequences });
  return { cells: selected, starts, lengths, parts, sequences, tokens };
}

/** Yields the cells of a part: the place among the perturbed cells, and the range of its targets. */
export function* cellsOfPart(
  { starts }: RunPlan,
  { first, end }: Part,
): Generator<[at: number, from: number, to: number]> {
  let at = lastAtMost(starts, first);
  for (; at < starts.length - 1 && starts[at] < end; at++) {
    const [from, to] = [Math.max(first, starts[at]) - starts[at], Math.min(end, starts[at + 1]) - starts[at]];
    if (to > from) yield [at, from, to];
  }
}

/** Returns the last index whose value is at most `value`. */
function lastAtMost(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
