import { checkCount, selectRows } from '@geneformer-ts/analysis';
import { ArgumentError, drawToFront, type Matrix, type Progress, randomStream } from '@geneformer-ts/core';
import { accuracy, logLoss, macroF1, stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';
import { argmaxRows, checkTraining } from './classifier.js';
import { compactClasses } from './class-set.js';
import { createClassifier, type ClassifierSpec } from './create-classifier.js';
import { FeaturePipeline, type FeatureStep } from './feature-pipeline.js';
import { labelsOf } from './unlabelled.js';

/** A classifier and the features it is given: what tuning chooses between. */
export interface Candidate {
  classifier: ClassifierSpec;
  /** Steps fitted on training rows before the classifier. Default none. */
  features?: readonly FeatureStep[];
}

/** Options of {@link tune}. */
export interface TuningOptions {
  /** Fits at most, over all candidates and inner folds. What it does not pay for is not tried; candidates are tried in seeded order. */
  budget: number;
  /** Inner folds. Default 3. */
  nSplits?: number;
  /** Group of each row (a donor): rows of a group stay on one side of every inner fold. */
  groups?: Int32Array;
  /** What is maximised: a share, or minus the cross-entropy. Default `'macroF1'`. */
  score?: 'accuracy' | 'macroF1' | 'logLoss';
  /** Default 0. */
  seed?: number;
  onProgress?: Progress;
}

/** How a candidate did. */
export interface Trial {
  candidate: Candidate;
  /** Score of all held-out rows together. */
  score: number;
}

/** The best of the candidates that the budget paid for, and all that were tried; of equal ones the one listed first. */
export interface Tuning {
  best: Candidate;
  score: number;
  trials: Trial[];
}

/**
 * Tries candidates by cross-validation within the given rows and names the best.
 *
 * @throws ArgumentError when the budget does not pay for one candidate, and what the folds and classifiers throw
 */
export async function tune(
  candidates: readonly Candidate[],
  X: Matrix,
  y: Int32Array,
  classes: number,
  options: TuningOptions,
): Promise<Tuning> {
  const { budget, nSplits = 3, groups, score = 'macroF1', seed = 0, onProgress } = options;
  checkCount('candidates', candidates.length);
  const affordable = Math.min(candidates.length, Math.floor(budget / nSplits));
  if (!(affordable >= 1))
    throw ArgumentError.of('budget', budget, `at least ${nSplits} fits, which one candidate takes`);
  // An outer fold may hold every row of a class; the inner folds part the others.
  const { compact } = compactClasses(y, checkTraining('tune', X, y, classes, 'missing'));
  const folds = groups
    ? stratifiedGroupKFold(compact, groups, { nSplits, seed })
    : stratifiedKFold(compact, { nSplits, seed });
  const order = Int32Array.from(candidates.keys());
  if (affordable < candidates.length) drawToFront(order, affordable, randomStream(seed, 0));
  const trials: Trial[] = [];
  for (const position of order.slice(0, affordable).sort()) {
    const candidate = candidates[position];
    const probabilities = await crossPredict(candidate, X, y, classes, folds);
    trials.push({ candidate, score: scoreOf(score, y, probabilities, classes) });
    onProgress?.({ stage: 'tuning', done: trials.length, total: affordable, unit: 'candidates' });
  }
  const best = trials.reduce((one, other) => (other.score > one.score ? other : one));
  return { best: best.candidate, score: best.score, trials };
}

/** What a nested cross-validation gives. */
export interface NestedResult {
  /** Probabilities of each row by the model of the fold that tests it, rows × classes. */
  probabilities: Float32Array;
  /** What was chosen in each outer fold. */
  chosen: Tuning[];
}

/**
 * Nested cross-validation (Varma and Simon 2006): in every outer fold the candidates are tuned on the training rows alone, and the best is
 * fitted to them and asked about the test rows. The scores of the result are those of "a tuned model", not of the luckiest candidate.
 *
 * @param testFold outer test fold of each row, as the splits of `@geneformer-ts/eval` give it
 * @param options the budget is that of each outer fold
 */
export async function nestedCrossValidation(
  candidates: readonly Candidate[],
  X: Matrix,
  y: Int32Array,
  classes: number,
  testFold: Int32Array,
  options: TuningOptions,
): Promise<NestedResult> {
  const probabilities = new Float32Array(X.rows * classes);
  const chosen: Tuning[] = [];
  for (const fold of new Set(testFold.slice().sort())) {
    const { train, test } = partition(testFold, fold);
    const trainX = selectRows(X, train);
    const trainY = labelsOf(y, train);
    const tuned = await tune(candidates, trainX, trainY, classes, {
      ...options,
      ...(options.groups && { groups: labelsOf(options.groups, train) }),
    });
    chosen.push(tuned);
    const ofTest = await fitPredict(tuned.best, trainX, trainY, classes, selectRows(X, test));
    test.forEach((row, i) => probabilities.set(ofTest.subarray(i * classes, (i + 1) * classes), row * classes));
  }
  return { probabilities, chosen };
}

async function crossPredict(
  candidate: Candidate,
  X: Matrix,
  y: Int32Array,
  classes: number,
  folds: Int32Array,
): Promise<Float32Array> {
  const probabilities = new Float32Array(X.rows * classes);
  for (const fold of new Set(folds)) {
    const { train, test } = partition(folds, fold);
    const ofTest = await fitPredict(candidate, selectRows(X, train), labelsOf(y, train), classes, selectRows(X, test));
    test.forEach((row, i) => probabilities.set(ofTest.subarray(i * classes, (i + 1) * classes), row * classes));
  }
  return probabilities;
}

async function fitPredict(
  { classifier, features = [] }: Candidate,
  trainX: Matrix,
  trainY: Int32Array,
  classes: number,
  testX: Matrix,
): Promise<Float32Array> {
  const pipeline = new FeaturePipeline(features).fit(trainX);
  const model = (await createClassifier(classifier)).fit(pipeline.transform(trainX), trainY, classes);
  return model.predictProba(pipeline.transform(testX));
}

function partition(folds: Int32Array, fold: number): { train: Int32Array; test: Int32Array } {
  const rows = Int32Array.from(folds.keys());
  return { train: rows.filter((row) => folds[row] !== fold), test: rows.filter((row) => folds[row] === fold) };
}

function scoreOf(score: string, y: Int32Array, probabilities: Float32Array, classes: number): number {
  if (score === 'logLoss') return -logLoss(y, probabilities, classes);
  const predicted = argmaxRows(probabilities, classes);
  return score === 'accuracy' ? accuracy(y, predicted) : macroF1(y, predicted, classes);
}
