import { ArgumentError, namedRandom } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { purposes } from '../bert/parameters.js';
import type { Batch } from '../data/batches.js';
import { type AnyCells, arraysDigest, cellsDigest } from '../data/cells.js';
import type { PaddedBatch } from '../data/padded-batch.js';
import { cellsOfPairs, groupCells, pairBatches } from '../data/pairs.js';
import { readableCells, type ReadableCells } from '../data/readable-cells.js';
import { drawViews } from '../data/views.js';
import type { BertModel } from '../models/model.js';
import type { ContrastiveArguments } from './arguments.js';
import type { EpochBatches } from './run.js';

/** Cells with what makes pairs of them. */
export interface PairedCells {
  cells: AnyCells;
  /** Profile of each cell, such as its cell type, as codes; default: two views of each cell are a pair. */
  profiles?: Int32Array;
  /** Source of each cell, such as its dataset, as codes: a batch consists of cells of one source. Default: one source. */
  sources?: Int32Array;
}

/** The pairs of some cells. */
export interface Pairs {
  readable: ReadableCells;
  batches: EpochBatches;
  /** Returns the views of a batch, and the cell of each row. */
  views(batch: Batch, epoch: number): { padded: PaddedBatch; rows: Int32Array };
}

/**
 * Plans the pairs of some cells.
 *
 * @param owner what comes before the names of the arrays in errors, such as `held.`
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 * @throws LabelError if profiles or sources do not match the cells
 * @throws ArgumentError if no source has two profiles
 */
export function planPairs(model: BertModel, given: PairedCells, args: ContrastiveArguments, owner = ''): Pairs {
  const { seed, perDeviceTrainBatchSize, keepAtLeast, viewTokens: tokens } = args;
  const { max_position_embeddings: positions, pad_token_id: padId } = model.config;
  const readable = readableCells(given.cells, model.cellsContract);
  const { lengths } = readable;
  const groups = groupCells(lengths.length, given.profiles, given.sources, owner);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const length = Math.min(args.maxLength || positions, positions, 16 * Math.ceil(longest / 16));
  const ofEpoch = (epoch: number) =>
    pairBatches(groups, perDeviceTrainBatchSize, length, namedRandom(seed, purposes.order, epoch));
  const options = { keepAtLeast, length, tokens, padId, specialIds: model.specialIds };
  const views = (batch: Batch, epoch: number) => {
    const rows = cellsOfPairs(groups, batch, [seed, purposes.pairs, epoch]);
    return { padded: drawViews(readable, rows, options, [seed, purposes.views, epoch, batch.cells[0]]), rows };
  };
  const first = ofEpoch(0);
  if (first.length === 0) {
    const unit = given.profiles ? 'profiles' : 'cells';
    throw new ArgumentError(
      `${owner}${unit}`,
      'have no source with two of them',
      `give at least two ${unit} in one source`,
    );
  }
  const count = first.reduce((sum, batch) => sum + views(batch, 0).padded.lengths.reduce((a, b) => a + b, 0), 0);
  const padded = first.reduce((sum, batch) => sum + batch.rows * length, 0);
  return {
    readable,
    // The loss compares all cells of a batch, so that a batch cannot be computed in pieces.
    batches: {
      perEpoch: first.length,
      ofEpoch: (epoch) => ofEpoch(epoch).map((batch) => [batch]),
      size: { cells: lengths.length, tokensPerEpoch: count, paddingShare: 1 - count / padded },
    },
    views,
  };
}

/** Returns a digest of the cells, profiles and sources. */
export function pairsDigest({ cells, profiles, sources }: PairedCells): string {
  return sha256(
    [cellsDigest(cells), ...[profiles, sources].map((codes) => (codes ? arraysDigest([codes]) : ''))].join(),
  );
}
