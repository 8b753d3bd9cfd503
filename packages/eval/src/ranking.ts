import { ArgumentError } from '@geneformer-ts/core';
import type { RowWeights } from './checks.js';

/** Scores in single or double precision. */
export type Scores = Float32Array | Float64Array;

/** Rows sorted by descending score, with rows of equal score in one run. */
export interface Ranking {
  /** Row at each rank. */
  order: Int32Array;
  /** Where each run of equal scores starts in `order`, and the number of rows at the end. */
  runs: Int32Array;
}

/**
 * Ranks rows by `scores[row * stride + offset]`.
 *
 * @throws ArgumentError for NaN, which has no rank
 */
export function rankByScore(scores: Scores, rows: number, stride = 1, offset = 0): Ranking {
  const column = new Float64Array(rows);
  for (let row = 0; row < rows; row++) column[row] = checkScore(scores[row * stride + offset], row);
  const order = Int32Array.from(column.keys()).sort((a, b) => column[b] - column[a]);
  const runs = new Int32Array(rows + 1);
  let count = 0;
  for (let rank = 0; rank < rows; rank++) {
    if (rank === 0 || column[order[rank]] !== column[order[rank - 1]]) runs[count++] = rank;
  }
  runs[count++] = rows;
  return { order, runs: runs.slice(0, count) };
}

/**
 * Returns the area under the ROC curve of one class against the rest: the share of (positive, negative) pairs in which
 * the positive has the higher score; ties count half. NaN when a side is empty.
 */
export function areaOfRanking(ranking: Ranking, truth: Int32Array, positive: number, weights?: RowWeights): number {
  const { order, runs } = ranking;
  let positivesAbove = 0;
  let negativesSeen = 0;
  let area = 0;
  for (let run = 0; run + 1 < runs.length; run++) {
    let positives = 0;
    let negatives = 0;
    for (let rank = runs[run]; rank < runs[run + 1]; rank++) {
      const row = order[rank];
      const weight = weights === undefined ? 1 : weights[row];
      if (truth[row] === positive) positives += weight;
      else negatives += weight;
    }
    area += negatives * (positivesAbove + positives / 2);
    positivesAbove += positives;
    negativesSeen += negatives;
  }
  return area / (positivesAbove * negativesSeen);
}

/** Returns the score. @throws ArgumentError for NaN */
export function checkScore(score: number, row: number): number {
  if (Number.isNaN(score)) throw ArgumentError.of(`score of row ${row}`, score, 'a number for every row');
  return score;
}
