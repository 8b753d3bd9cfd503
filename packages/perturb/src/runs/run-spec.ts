import { ArgumentError } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import type { AnyCells, BertModel, CellStore, Pooling } from '@geneformer-ts/model';
import type { GeneSequence, SequenceRules } from '../sequence/gene-sequence.js';
import type { Perturbation } from '../sequence/perturb-sequence.js';

/** Perturbations of many cells. Everything here is part of the digest of a run. */
export interface RunSpec {
  cells: AnyCells;
  /** The cells to perturb, ascending; default: all. The others may still define states. */
  select?: Int32Array;
  /** `all`: every gene of a cell, each alone. Else lists of token ids that are perturbed together, the same for every cell. */
  targets: 'all' | readonly (readonly number[])[];
  perturbation: Perturbation;
  rules: SequenceRules;
  /** Index of the hidden state, as in `embedCells`; default −1, the last. */
  layer?: number;
  /** How the vector of a cell is computed; default `mean` over the genes. */
  pooling?: Pooling;
  /** Whether to compute the change of the class probabilities; needs a cell classifier. Default false. */
  probabilities?: boolean;
  /** States whose cosine with a cell is measured, and the label of each cell. Without donors, each cell is its own. */
  states?: { names: readonly string[]; labels: readonly (string | null)[] };
  /** Donor of each cell. */
  donors?: readonly string[];
  /** Approximate the deletions of every gene from gradients, as `screenDeletions` does, with this number of directions. Default: exact. */
  screen?: { directions: number };
  /** Digest of the weights, such as the SHA-256 of their file. */
  modelDigest: string;
  /** Most tokens per part; default 2¹⁹, and less in runs of fewer than 64 such parts. A stopped run loses the part that it was computing. */
  partTokens?: number;
}

/** Increases whenever the same options give other bits. */
const SCHEMA = 2;
const PART_TOKENS = 2 ** 19;

/** So many parts a small run has, for as many processes, unless they would have fewer tokens than this. */
const FEWEST_PARTS = 64;
const LEAST_TOKENS = 2 ** 13;

/** Returns the most tokens per part. */
function partTokensOf({ partTokens = PART_TOKENS }: RunSpec): number {
  if (!(partTokens >= 1)) throw ArgumentError.of('partTokens', partTokens, 'a number of tokens from 1');
  return partTokens;
}

/** Returns the tokens per part of a run that has `total` tokens. */
export function partTokensFor(spec: RunSpec, total: number): number {
  const share = 2 ** Math.floor(Math.log2(Math.max(1, total / FEWEST_PARTS)));
  return Math.min(partTokensOf(spec), Math.max(LEAST_TOKENS, share));
}

/** @throws ArgumentError for a screen of anything but deletions of every gene, measured by vectors */
export function checkScreen({ screen, targets, perturbation, probabilities }: RunSpec): void {
  if (!screen) return;
  const remedy = 'leave it out';
  if (perturbation.kind !== 'delete')
    throw new ArgumentError('screen', `is for deletions, not '${perturbation.kind}'`, remedy);
  if (targets !== 'all') throw new ArgumentError('screen', 'is for every gene of a cell, not for a list', remedy);
  if (probabilities === true) throw new ArgumentError('screen', 'measures vectors, not probabilities', remedy);
}

/** Returns the cells to perturb. */
export function selectedCells({ cells, select }: RunSpec): Int32Array {
  const count = cellCount(cells);
  if (!select) return Int32Array.from({ length: count }, (_, cell) => cell);
  select.forEach((cell, at) => {
    if (cell < 0 || cell >= count || (at > 0 && cell <= select[at - 1])) {
      throw ArgumentError.of(`select[${at}]`, cell, `ascending indices of the ${count} cells`);
    }
  });
  return select;
}

/** Returns the digest of a run: equal only if every part has the same bits, on the same kind of machine. */
export function runDigest(spec: RunSpec, model: BertModel): string {
  const { cells, select, targets, perturbation, rules, layer = -1, pooling = 'mean', states, donors } = spec;
  const { probabilities = false, modelDigest, screen } = spec;
  const parts = {
    schema: SCHEMA,
    cells: contentDigest(cells),
    select: select ? bytesDigest(select) : null,
    targets,
    perturbation,
    rules: {
      ...rules,
      medians: rules.medians ? bytesDigest(Float64Array.from(rules.medians)) : null,
    },
    layer,
    pooling,
    probabilities,
    labels: model.labels ?? null,
    states: states ?? null,
    donors: donors ?? null,
    ...(screen && { screen }),
    modelDigest,
    partTokens: partTokensOf(spec),
  };
  return sha256(JSON.stringify(parts));
}

/** Returns one cell as the model reads it. */
export function cellAt(cells: AnyCells, cell: number, maxLength: number): GeneSequence {
  if (isStore(cells)) {
    const length = Math.min(cells.lengths[cell], maxLength);
    const tokens = new Int32Array(length);
    cells.copy(cell, length, tokens, 0);
    if (!cells.copyCounts) return { tokens };
    const counts = new Float32Array(length);
    cells.copyCounts(cell, length, counts, 0);
    return { tokens, counts };
  }
  const start = cells.offsets[cell];
  const end = Math.min(cells.offsets[cell + 1], start + maxLength);
  return {
    tokens: cells.inputIds.subarray(start, end),
    ...(cells.counts && { counts: cells.counts.subarray(start, end) }),
  };
}

/** Returns the number of cells. */
export function cellCount(cells: AnyCells): number {
  return isStore(cells) ? cells.lengths.length : cells.offsets.length - 1;
}

function isStore(cells: AnyCells): cells is CellStore {
  return 'copy' in cells;
}

function contentDigest(cells: AnyCells): string {
  if (isStore(cells)) return cells.digest;
  const arrays = [cells.inputIds, cells.offsets, ...(cells.counts ? [cells.counts] : [])];
  return sha256(arrays.map(bytesDigest).join());
}

function bytesDigest(values: Int32Array | Float32Array | Float64Array): string {
  return sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
