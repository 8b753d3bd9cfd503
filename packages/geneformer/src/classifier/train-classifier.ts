import { ArgumentError, checkOptions, type Progress } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import {
  type BertForSequenceClassification,
  finetune,
  type FinetuningArguments,
  embedCells,
  predict,
  selectCells,
} from '@geneformer-ts/model';
import type { TokenizedCells } from '../cells/tokenized-cells.js';
import { bestClasses, calibrate, type Calibration, scale } from './calibrate.js';
import { type FinetuneOptions, finetuneOptionNames } from './finetune-options.js';
import type { LabeledTokens } from './labeled-tokens.js';
import { fitHead, headProbabilities, pick, setHead } from './linear-head.js';
import { type ClassifierScores, scoresOf } from './scores.js';
import { type CellSplit, splitCells } from './split-cells.js';

/** What training measured. */
export interface TrainingReport {
  /** The obs columns. */
  labels: string;
  groupBy?: string;
  /** Number of cells of each part. */
  cells: { train: number; validation: number; test: number };
  /** Labels that were left out because they have too few cells, with their numbers. */
  leftOut: Record<string, number>;
  /** Labels in the order of rows and columns of the confusion matrix. */
  classes: string[];
  /** Scores on the held-out cells. */
  scores: ClassifierScores;
  /** Share of the held-out cells that are unknown, accuracy of the others, and how many of the right and wrong labels are. */
  unknown: { share: number; accuracyOfOthers: number; right: UnknownCells; wrong: UnknownCells };
  seconds: number;
}

/** Held-out cells, and how many of them are unknown. */
export interface UnknownCells {
  cells: number;
  unknown: number;
}

/** A trained model with what training measured. */
export interface TrainedClassifier {
  calibration: Calibration;
  report: TrainingReport;
  /** File rows and classes of the parts, for a baseline on the same cells. */
  parts: ClassifierParts;
}

/** Rows of the file of each part, and the classes of all labeled rows by row. */
export interface ClassifierParts {
  train: Int32Array;
  validation: Int32Array;
  test: Int32Array;
  codeOf: Int32Array;
}

/**
 * Trains a classifier on labeled cells: first its head on the vectors of the pretrained encoder (`fitHead`), then, with a
 * number of frozen layers, also the layers above. The part that is held out for validation decides when to stop and calibrates the
 * scores; the test part only measures.
 */
export async function trainClassifier(
  model: BertForSequenceClassification,
  adata: AnnData,
  { store, rows }: TokenizedCells,
  labeled: LabeledTokens,
  options: FinetuneOptions & { report: Progress },
): Promise<TrainedClassifier> {
  checkOptions('finetune', { ...options, report: undefined }, { ...finetuneOptionNames, report: true });
  const startedAt = performance.now();
  const { unknownShare = 0.05, seed = 0, freezeLayers = 'all' } = options;
  if (!(unknownShare >= 0 && unknownShare < 1))
    throw ArgumentError.of('unknownShare', unknownShare, 'a share from 0 to below 1');
  const { positions, names, codes, leftOut } = labeled;
  const split = splitCells(labeled, adata.path, seed);
  const cells = selectCells(store, positions);
  const calls = { onProgress: options.report, ...(options.signal && { signal: options.signal }) };
  const codesOf = (part: Int32Array): Int32Array => part.map((cell) => codes[cell]);

  const vectors = await embedCells(model, cells, { pooling: 'mean', ...calls });
  const all = { vectors, codes };
  const head = fitHead(pick(all, split.train), pick(all, split.validation), names.length, options.signal);
  setHead(model, head);
  let measured = (part: Int32Array): Promise<Float32Array> =>
    Promise.resolve(headProbabilities(head, pick(all, part).vectors));
  if (freezeLayers !== 'all') {
    const held = { evalCells: selectCells(cells, split.validation), evalLabels: codesOf(split.validation) };
    const train = selectCells(cells, split.train);
    await finetune(model, train, codesOf(split.train), upperLayers(model, options), { ...held, ...calls });
    measured = async (part) => (await predict(model, selectCells(cells, part), calls)).probabilities;
  }
  const calibration = calibrate(
    await measured(split.validation),
    codesOf(split.validation),
    names.length,
    unknownShare,
  );
  const result = testScores(await measured(split.test), codesOf(split.test), names.length, calibration);
  const rowsOf = (part: Int32Array): Int32Array => part.map((cell) => rows[positions[cell]]);
  return {
    calibration,
    report: {
      labels: options.labels,
      ...(options.groupBy !== undefined && { groupBy: options.groupBy }),
      cells: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      leftOut,
      classes: names,
      ...result,
      seconds: (performance.now() - startedAt) / 1000,
    },
    parts: { ...rowsOfParts(split, rowsOf), codeOf: codeByRow(adata.nObs, codes, rowsOf) },
  };
}

function upperLayers(
  { config }: BertForSequenceClassification,
  { epochs = 10, learningRate, freezeLayers = 0, seed = 0 }: FinetuneOptions,
): Partial<FinetuningArguments> {
  return {
    seed,
    evalStrategy: 'epoch',
    loadBestModelAtEnd: true,
    warmupRatio: 0.05,
    freezeLayers,
    freezeEmbeddings: freezeLayers !== 0,
    numTrainEpochs: epochs,
    // Narrow models need larger steps; 256 is the width of the smallest published one.
    learningRate: learningRate ?? 5e-5 * Math.max(1, 256 / config.hidden_size) ** 2,
    tokensPerBatch: 4096,
    earlyStoppingPatience: 2,
  };
}

function testScores(
  probabilities: Float32Array,
  truth: Int32Array,
  classes: number,
  { temperature, threshold }: Calibration,
): Pick<TrainingReport, 'scores' | 'unknown'> {
  const { best, score } = bestClasses(scale(probabilities, classes, temperature), classes);
  const tally = (isRight: boolean): UnknownCells => {
    const of = Int32Array.from(score.keys()).filter((cell) => (best[cell] === truth[cell]) === isRight);
    return { cells: of.length, unknown: of.filter((cell) => score[cell] < threshold).length };
  };
  const [right, wrong] = [tally(true), tally(false)];
  const known = truth.length - right.unknown - wrong.unknown;
  const accuracyOfOthers = (right.cells - right.unknown) / Math.max(1, known);
  return {
    scores: scoresOf(truth, best, classes),
    unknown: { share: 1 - known / truth.length, accuracyOfOthers, right, wrong },
  };
}

function rowsOfParts(split: CellSplit, rowsOf: (part: Int32Array) => Int32Array): Omit<ClassifierParts, 'codeOf'> {
  return { train: rowsOf(split.train), validation: rowsOf(split.validation), test: rowsOf(split.test) };
}

function codeByRow(cells: number, codes: Int32Array, rowsOf: (part: Int32Array) => Int32Array): Int32Array {
  const codeOf = new Int32Array(cells).fill(-1);
  rowsOf(Int32Array.from(codes.keys())).forEach((row, at) => (codeOf[row] = codes[at]));
  return codeOf;
}
