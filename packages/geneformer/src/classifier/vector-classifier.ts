import { selectRows } from '@geneformer-ts/analysis';
import type { DenseMatrix } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import { bestClasses, calibrate, scale } from './calibrate.js';
import { type Annotation, annotationOf } from './annotation.js';
import { labeledTokens } from './labeled-tokens.js';
import { fitHead, headProbabilities, pick } from './linear-head.js';
import { type ClassifierScores, scoresOf } from './scores.js';
import { splitCells } from './split-cells.js';

/** Options of `labelByVectors`; the same names and defaults as those of `Geneformer.finetune`. */
export interface LabelByVectorsOptions {
  /** Labels with fewer cells are left out; default 10, at least 5. */
  minCells?: number;
  /** Share of the right labels of validation cells that becomes unknown; default 0.05. */
  unknownShare?: number;
  /** Seed of the split; default 0. */
  seed?: number;
  /** Stops between fits. */
  signal?: AbortSignal;
}

/** Labels of all cells, and how the held-out ones were labeled. */
export interface LabelsByVectors extends Omit<Annotation, 'report'> {
  /** Scores on the labeled cells that were held out, whose order of classes is that of `labels`. */
  scores: ClassifierScores;
  /** Labels that have too few cells, with their numbers. */
  leftOut: Record<string, number>;
}

/**
 * Trains a head on the labeled cells of a file and labels all its cells, from vectors that are already computed. The split, the head and
 * the calibration are those of `Geneformer.finetune` with frozen layers, so a file whose cells are half labeled gets the labels that
 * `geneformer train` on the one half and `geneformer annotate` on the other give.
 *
 * @param column obs column with labels; cells with null or empty text are not labeled
 * @param vectors one per cell of the file, of `Geneformer.embed`; NaN rows get no label
 * @throws FieldMissingError for an unknown column; CellsUnfitError if fewer than two labels have enough cells
 * @example
 * const vectors = await model.embed(cells);
 * const { label, scores } = labelByVectors(cells, 'cell_type', vectors);
 * console.log(scores.accuracy); // 0.87
 */
export function labelByVectors(
  cells: AnnData,
  column: string,
  vectors: DenseMatrix,
  { minCells = 10, unknownShare = 0.05, seed = 0, signal }: LabelByVectorsOptions = {},
): LabelsByVectors {
  const { cols, data } = vectors;
  const all = Int32Array.from({ length: vectors.rows }, (_, row) => row);
  const rows = all.filter((row) => !Number.isNaN(data[row * cols]));
  const labeled = labeledTokens(cells, rows, { labels: column, minCells });
  const { positions, names, codes, leftOut } = labeled;
  const split = splitCells(labeled, cells.path, seed);
  const known = {
    vectors: selectRows(
      vectors,
      positions.map((at) => rows[at]),
    ),
    codes,
  };
  const [train, validation, test] = [split.train, split.validation, split.test].map((part) => pick(known, part));
  const head = fitHead(train, validation, names.length, signal);
  const probabilitiesOf = (points: DenseMatrix): Float32Array => headProbabilities(head, points);
  const calibration = calibrate(probabilitiesOf(validation.vectors), validation.codes, names.length, unknownShare);
  const held = scale(probabilitiesOf(test.vectors), names.length, calibration.temperature);
  const predicted = { probabilities: probabilitiesOf(selectRows(vectors, rows)), labels: names };
  return {
    ...annotationOf(predicted, rows, vectors.rows, calibration),
    scores: scoresOf(test.codes, bestClasses(held, names.length).best, names.length),
    leftOut,
  };
}
