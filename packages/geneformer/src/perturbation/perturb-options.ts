import type { OptionNames } from '@geneformer-ts/core';
import type { Pooling } from '@geneformer-ts/model';
import type { Perturbation } from '@geneformer-ts/perturb';
import type { CallOptions } from '../call-options.js';
import { type CountOptions, countOptionNames } from '../cells/count-options.js';

/** Cell states by the values of an obs column. */
export interface StateOptions {
  /** The obs column. */
  column: string;
  /** State of the cells to perturb; default: cells of any state. */
  start?: string;
  /** State that shifts are measured toward. */
  goal?: string;
  /** Other states to measure. */
  alternatives?: readonly string[];
}

/** Options of `Geneformer.perturb`. */
export interface PerturbOptions extends CallOptions, CountOptions {
  /** Symbols or ids of genes to perturb one by one, or `all` for every gene of each cell. Default `all`, or none with `groups`. */
  genes?: 'all' | readonly string[];
  /** Genes to perturb together, by the name of their group. */
  groups?: Readonly<Record<string, readonly string[]>>;
  /** Default `delete`. */
  kind?: Perturbation['kind'];
  /**
   * Whether to approximate deletions of every gene from gradients, which is much faster: `screenDeletions` of
   * `@geneformer-ts/perturb`. Some are also computed exactly, to say how the ranks agree. Default false.
   */
  screen?: boolean;
  /** Quartiles that `inhibit` and `activate` move a gene by; default 1. */
  quartiles?: Perturbation['quartiles'];
  /** Whether `overexpress` skips genes that a cell lacks, rather than inserting them; default false. */
  presentOnly?: boolean;
  states?: StateOptions;
  /** Obs column with the donor of each cell. Donors are the replicates of the tests, and hold out cells for the vectors of states. */
  donors?: string;
  /** Whether to treat cells as independent replicates, which they are not within a donor; default false. */
  cellsAsReplicates?: boolean;
  /** Rows of the file to perturb, such as those of a selection; default all. */
  rows?: Iterable<number>;
  /** Most cells to perturb, drawn at random; default all. */
  maxCells?: number;
  /** Seed of that draw; default 0. */
  seed?: number;
  /** With a list of genes: number of random genes, matched in rank and detection, to perturb for comparison; default 50. */
  nullGenes?: number;
  /** Hidden state of the encoder, as for `embed`; default −1. */
  hiddenState?: number;
  /** How the vector of a cell is computed; default `mean`. */
  pooling?: Pooling;
  /** Whether to measure the class probabilities of a trained classifier; default: if the model is one, and without `screen`. */
  probabilities?: boolean;
  /** The share of this process, for several processes that write into one folder; default: everything. */
  shard?: { index: number; count: number };
}

export const perturbOptionNames: OptionNames<PerturbOptions> = {
  genes: true,
  groups: true,
  kind: true,
  screen: true,
  quartiles: true,
  presentOnly: true,
  states: true,
  donors: true,
  cellsAsReplicates: true,
  rows: true,
  maxCells: true,
  seed: true,
  nullGenes: true,
  hiddenState: true,
  pooling: true,
  probabilities: true,
  shard: true,
  ...countOptionNames,
};
