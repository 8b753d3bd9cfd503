/** Scores candidates on inner folds: all of them on every fold, or by successive halving. */
import { selectRows } from '@geneformer-ts/analysis';
import type { Matrix, Progress } from '@geneformer-ts/core';
import { accuracy, logLoss, macroF1 } from '@geneformer-ts/eval';
import { argmaxRows } from '../classifier.js';
import { FeaturePipeline } from '../features/feature-pipeline.js';
import { labelsOf } from '../labels.js';
import { XGBClassifier } from '../trees/xgb-classifier.js';
import { createClassifier, type ClassifierSpec } from './create-classifier.js';
import type { Candidate, Trial, TuningOptions } from './tuning.js';

export type SearchStrategy = NonNullable<TuningOptions['strategy']>;

/** The rows to learn from, their inner folds, and how candidates are compared. */
export interface Search {
  X: Matrix;
  y: Int32Array;
  classes: number;
  /** Inner fold of each row, 0 to nSplits - 1. */
  folds: Int32Array;
  nSplits: number;
  score: NonNullable<TuningOptions['score']>;
  strategy: SearchStrategy;
  onProgress: Progress | undefined;
}

/** Returns the number of candidates that are scored on each fold. Halving ends when one candidate is left. */
function candidatesPerFold(candidates: number, nSplits: number, strategy: SearchStrategy): number[] {
  if (strategy === 'all') return new Array<number>(nSplits).fill(candidates);
  const counts = [candidates];
  for (let left = Math.ceil(candidates / 2); left > 1 && counts.length < nSplits; left = Math.ceil(left / 2)) {
    counts.push(left);
  }
  return counts;
}

/** Returns the number of fits of a search. */
export function fitsOf(candidates: number, nSplits: number, strategy: SearchStrategy): number {
  if (strategy === 'all') return candidates * nSplits;
  return candidatesPerFold(candidates, nSplits, strategy).reduce((sum, count) => sum + count, 0);
}

/** Returns the trials of all candidates in their order, and the best one; the first one wins a tie. */
export async function searchCandidates(
  candidates: readonly Candidate[],
  search: Search,
): Promise<{ best: Trial; trials: Trial[] }> {
  const { X, classes, nSplits, strategy, onProgress } = search;
  const counts = candidatesPerFold(candidates.length, nSplits, strategy);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const entries = candidates.map((candidate) => {
    const trial: Trial = { candidate, score: -Infinity, folds: 0 };
    return { trial, rounds: [] as number[], probabilities: new Float32Array(X.rows * classes) };
  });
  let left = entries;
  let done = 0;
  for (const [fold, count] of counts.entries()) {
    // `sort` keeps the order of equal scores.
    left = left.toSorted((a, b) => b.trial.score - a.trial.score).slice(0, count);
    const tested = new TestedFold(search, fold);
    for (const { trial, probabilities, rounds } of left) {
      rounds.push(...(await tested.predict(trial.candidate, probabilities)));
      if (rounds.length > 0) trial.rounds = rounds.reduce((sum, own) => sum + own, 0) / rounds.length;
      trial.folds++;
      trial.score = scoreOf(search, probabilities, fold);
      onProgress?.({ stage: 'tuning', done: ++done, total, unit: 'fits' });
    }
  }
  const best = entries
    .filter((entry) => left.includes(entry))
    .reduce((one, other) => (other.trial.score > one.trial.score ? other : one));
  return { best: best.trial, trials: entries.map(({ trial }) => trial) };
}

/** Fits candidates on the rows outside a fold. Candidates with the same feature steps share the features. */
class TestedFold {
  private readonly train: Int32Array;
  private readonly test: Int32Array;
  private readonly known = new Map<string, { trainX: Matrix; testX: Matrix }>();

  constructor(
    private readonly search: Search,
    fold: number,
  ) {
    const rows = Int32Array.from(search.folds.keys());
    this.train = rows.filter((row) => search.folds[row] !== fold);
    this.test = rows.filter((row) => search.folds[row] === fold);
  }

  /** Writes the class probabilities of the fold's rows into those of all rows. Returns the best number of rounds of an early stop. */
  async predict({ classifier, features = [], search }: Candidate, probabilities: Float32Array): Promise<number[]> {
    const { y, classes } = this.search;
    const { trainX, testX } = this.features(features);
    const [trainY, testY] = [labelsOf(y, this.train), labelsOf(y, this.test)];
    const model = await createClassifier({ ...classifier, ...search } as ClassifierSpec);
    const rounds: number[] = [];
    if (model instanceof XGBClassifier && search?.earlyStoppingRounds !== undefined) {
      const { evaluationLoss } = model.fit(trainX, trainY, classes, { X: testX, y: testY });
      rounds.push(1 + evaluationLoss.indexOf(Math.min(...evaluationLoss)));
    } else {
      model.fit(trainX, trainY, classes);
    }
    const ofTest = model.predictProba(testX);
    this.test.forEach((row, i) => probabilities.set(ofTest.subarray(i * classes, (i + 1) * classes), row * classes));
    return rounds;
  }

  private features(steps: NonNullable<Candidate['features']>): { trainX: Matrix; testX: Matrix } {
    const key = JSON.stringify(steps);
    const known = this.known.get(key);
    if (known) return known;
    const trainX = selectRows(this.search.X, this.train);
    const pipeline = new FeaturePipeline(steps).fit(trainX);
    const made = {
      trainX: pipeline.transform(trainX),
      testX: pipeline.transform(selectRows(this.search.X, this.test)),
    };
    this.known.set(key, made);
    return made;
  }
}

/** Returns the score over the rows of the folds up to `last`. */
function scoreOf({ y, classes, folds, score }: Search, probabilities: Float32Array, last: number): number {
  const rows = Int32Array.from(folds.keys()).filter((row) => folds[row] <= last);
  const truth = labelsOf(y, rows);
  const own = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => own.set(probabilities.subarray(row * classes, (row + 1) * classes), i * classes));
  if (score === 'logLoss') return -logLoss(truth, own, classes);
  const predicted = argmaxRows(own, classes);
  return score === 'accuracy' ? accuracy(truth, predicted) : macroF1(truth, predicted, classes);
}
