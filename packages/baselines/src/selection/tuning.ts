import { checkCount, selectRows } from '@geneformer-ts/analysis';
import {
  ArgumentError,
  checkChoice,
  checkOptions,
  drawToFront,
  type Matrix,
  type OptionNames,
  type Progress,
  randomStream,
} from '@geneformer-ts/core';
import { stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';
import { checkTraining } from '../classifier.js';
import { compactClasses, labelsOf } from '../labels.js';
import { createClassifier, type ClassifierSpec } from './create-classifier.js';
import { FeaturePipeline, type FeatureStep } from '../features/feature-pipeline.js';
import { fitsOf, searchCandidates } from './search.js';

/** A classifier and its feature steps, to be compared with others by {@link tune}. */
export interface Candidate {
  classifier: ClassifierSpec;
  /** Feature steps before the classifier, fitted on training rows. Default none. */
  features?: readonly FeatureStep[];
  /** Cheaper options of the fits of the search, in place of those of the classifier. Default none. */
  search?: CheaperFits;
}

const candidateNames: OptionNames<Candidate> = { classifier: true, features: true, search: true };

/** Options that make the fits of a search cheaper and rarely change which candidate is best. */
export interface CheaperFits {
  /** Number of trees of a forest. */
  nEstimators?: number | undefined;
  /** Stopping tolerance of a linear model. */
  tol?: number | undefined;
  /**
   * Gradient boosting stops after this many rounds without a lower loss on the held-out rows of the inner fold. The final fit then has the
   * mean number of rounds of the inner folds.
   */
  earlyStoppingRounds?: number | undefined;
  /** Maximum number of bins per feature of gradient boosting. */
  maxBin?: number | undefined;
}

const cheaperNames: OptionNames<CheaperFits> = {
  nEstimators: true,
  tol: true,
  earlyStoppingRounds: true,
  maxBin: true,
};

/** Options of {@link tune}. */
export interface TuningOptions {
  /**
   * Maximum number of fits over all candidates and inner folds. When it is too small for all candidates, a random subset of them,
   * seeded by `randomState`, is tried.
   */
  budget: number;
  /** Number of inner folds. Default 3. */
  nSplits?: number;
  /** Group of each row, for example its donor; the rows of a group are in the same inner fold. Default none. */
  groups?: Int32Array;
  /** Score to maximize; `'logLoss'` maximizes minus the log loss. Default `'macroF1'`. */
  score?: 'accuracy' | 'macroF1' | 'logLoss';
  /**
   * `'all'` scores every candidate on every inner fold. `'halving'` (successive halving, Jamieson and Talwalkar 2016) scores all of them
   * on the first fold and the better half, by the rows predicted so far, on each next fold, until one is left. Default `'all'`.
   */
  strategy?: 'all' | 'halving';
  /** Seed of the folds and of the subset of candidates. Default 0. */
  randomState?: number;
  onProgress?: Progress;
}

const known: OptionNames<TuningOptions> = {
  budget: true,
  nSplits: true,
  groups: true,
  score: true,
  strategy: true,
  randomState: true,
  onProgress: true,
};

/** A candidate and its score. */
export interface Trial {
  candidate: Candidate;
  /** Score of the held-out rows of its folds together. */
  score: number;
  /** Number of inner folds that it was scored on; with `'halving'` fewer than `nSplits` for most candidates. */
  folds: number;
  /** Mean number of boosting rounds with the lowest loss, where the search stops early. */
  rounds?: number;
}

/** Result of {@link tune}: the best candidate (the first one in a tie), its score, and all candidates that were tried. */
export interface Tuning {
  best: Candidate;
  /** The classifier to fit on all rows: that of the best candidate, with the number of rounds that the search found. */
  classifier: ClassifierSpec;
  score: number;
  trials: Trial[];
}

/**
 * Returns the candidate with the best cross-validated score on the given rows.
 *
 * ```ts
 * const candidates = [0.1, 1].map((C) => ({ classifier: { model: 'logistic-regression', C } }) as const);
 * const { best, trials } = await tune(candidates, X, y, classes, { budget: 6, nSplits: 3 });
 * ```
 *
 * @throws ArgumentError when the budget is too small for one candidate, and the errors of the folds and classifiers
 */
export async function tune(
  candidates: readonly Candidate[],
  X: Matrix,
  y: Int32Array,
  classes: number,
  options: TuningOptions,
): Promise<Tuning> {
  checkOptions('tune', options, known);
  checkCandidates(candidates);
  return bestOf(candidates, X, y, classes, options);
}

function checkCandidates(candidates: readonly Candidate[]): void {
  for (const candidate of candidates) {
    checkOptions('a candidate', candidate, candidateNames);
    if (candidate.search) checkOptions('search of a candidate', candidate.search, cheaperNames);
  }
}

function classifierOf({ candidate: { classifier }, rounds }: Trial): ClassifierSpec {
  if (rounds === undefined || classifier.model !== 'gradient-boosting') return classifier;
  return { ...classifier, nEstimators: Math.max(1, Math.round(rounds)) };
}

/** {@link tune} with options that are checked. */
async function bestOf(
  candidates: readonly Candidate[],
  X: Matrix,
  y: Int32Array,
  classes: number,
  options: TuningOptions,
): Promise<Tuning> {
  const { budget, nSplits = 3, groups, score = 'macroF1', strategy = 'all', randomState = 0, onProgress } = options;
  checkCount('candidates', candidates.length);
  checkChoice('strategy', strategy, ['all', 'halving']);
  let affordable = candidates.length;
  while (affordable > 0 && !(fitsOf(affordable, nSplits, strategy) <= budget)) affordable--;
  if (affordable === 0) {
    const least = fitsOf(1, nSplits, strategy);
    throw ArgumentError.of(
      'budget',
      budget,
      `at least ${least} ${least === 1 ? 'fit' : 'fits'}, the number for one candidate`,
    );
  }
  // A class may have no rows here, when all of them are in the outer test fold; inner folds use the other classes.
  const { compact } = compactClasses(y, checkTraining('tune', X, y, classes, 'missing'));
  const folds = groups
    ? stratifiedGroupKFold(compact, groups, { nSplits, seed: randomState })
    : stratifiedKFold(compact, { nSplits, seed: randomState });
  const order = Int32Array.from(candidates.keys());
  if (affordable < candidates.length) drawToFront(order, affordable, randomStream(randomState, 0));
  const tried = Array.from(order.slice(0, affordable).sort(), (index) => candidates[index]);
  const { best, trials } = await searchCandidates(tried, {
    X,
    y,
    classes,
    folds,
    nSplits,
    score,
    strategy,
    onProgress,
  });
  return { best: best.candidate, classifier: classifierOf(best), score: best.score, trials };
}

/** Result of {@link nestedCrossValidation}. */
export interface NestedResult {
  /** Probabilities of each row, predicted by the model of its test fold, rows × classes. */
  probabilities: Float32Array;
  /** Result of tuning in each outer fold. */
  chosen: Tuning[];
}

/**
 * Runs nested cross-validation (Varma and Simon 2006): in every outer fold, tunes the candidates on the training rows, fits the best one
 * on them and predicts the test rows. This gives an unbiased score of the tuned model, unlike the best score over all candidates.
 *
 * ```ts
 * const testFold = stratifiedKFold(y, { nSplits: 5, seed: 0 }); // from @geneformer-ts/eval
 * const { probabilities } = await nestedCrossValidation(candidates, X, y, classes, testFold, { budget: 6 });
 * ```
 *
 * @param testFold outer test fold of each row, as returned by the splits of `@geneformer-ts/eval`
 * @param options options of {@link tune}; the budget is per outer fold
 * @throws the errors of {@link tune}
 */
export async function nestedCrossValidation(
  candidates: readonly Candidate[],
  X: Matrix,
  y: Int32Array,
  classes: number,
  testFold: Int32Array,
  options: TuningOptions,
): Promise<NestedResult> {
  checkOptions('nestedCrossValidation', options, known);
  checkCandidates(candidates);
  const probabilities = new Float32Array(X.rows * classes);
  const chosen: Tuning[] = [];
  for (const fold of new Set(testFold.slice().sort())) {
    const { train, test } = partition(testFold, fold);
    const trainX = selectRows(X, train);
    const trainY = labelsOf(y, train);
    const tuned = await bestOf(candidates, trainX, trainY, classes, {
      ...options,
      ...(options.groups && { groups: labelsOf(options.groups, train) }),
    });
    chosen.push(tuned);
    const ofTest = await fitPredict(
      { ...tuned.best, classifier: tuned.classifier },
      trainX,
      trainY,
      classes,
      selectRows(X, test),
    );
    test.forEach((row, i) => probabilities.set(ofTest.subarray(i * classes, (i + 1) * classes), row * classes));
  }
  return { probabilities, chosen };
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
