/** Makes classical classifiers, and chooses their settings with the training cells of one fold only. */
import {
  type Candidate,
  type Classifier,
  type ClassifierSpec,
  createClassifier,
  type Matrix,
  selectRows,
  tune,
} from '@geneformer-ts/baselines';
import type { Progress } from '@geneformer-ts/core';
import type { BaselineParams, ClassifierParams } from '../stages/baseline.params.js';
import { featureSteps } from './features.js';
import type { Split } from './study-cells.js';

/** The family of each estimator, which decides its color in figures. */
export const families: Record<ClassifierParams['estimator'], string> = {
  'logistic-regression': 'linear',
  'linear-svm': 'svm',
  'random-forest': 'forest',
  'gradient-boosting': 'boosting',
  majority: 'floor',
};

export function makeClassifier(params: ClassifierParams, onProgress: Progress): Promise<Classifier> {
  return createClassifier(classifierSpec(params, onProgress));
}

function classifierSpec(params: ClassifierParams, onProgress?: Progress): ClassifierSpec {
  const watched = onProgress && { onProgress };
  switch (params.estimator) {
    case 'logistic-regression':
      return { model: 'logistic-regression', C: params.C, maxIter: 1000, ...watched };
    case 'linear-svm':
      return { model: 'linear-svm', engine: params.engine, C: params.C, ...watched };
    case 'random-forest':
      return {
        model: 'random-forest',
        engine: params.engine,
        nEstimators: params.nEstimators,
        minSamplesLeaf: params.minSamplesLeaf,
        randomState: params.randomState,
        ...watched,
      };
    case 'gradient-boosting': {
      const { nEstimators, learningRate, maxDepth, randomState } = params;
      return { model: 'gradient-boosting', nEstimators, learningRate, maxDepth, randomState, ...watched };
    }
    case 'majority':
      return { model: 'majority' };
  }
}

/** The settings that a fold chose from the grid, their macro F1 in cross-validation, and the number of combinations that were tried. */
export interface ChosenSettings {
  fold: number;
  settings: Record<string, number>;
  score: number;
  tried: number;
}

export interface SettingsOfFold {
  params: BaselineParams;
  /** Null where the file has no grid, or too few labels for cross-validation. */
  chosen: Omit<ChosenSettings, 'fold'> | null;
}

/**
 * Chooses settings by cross-validation within the training cells. Groups of the folds (donors, plates) stay whole, and genes and scales are
 * learned from the inner training cells alone.
 *
 * @param all features of every cell of the split, before anything is learned from them
 * @param train positions in the split; no other cell is read
 */
export async function chooseSettings(
  params: BaselineParams,
  all: Matrix,
  split: Pick<Split, 'labels' | 'groups' | 'classes'>,
  train: Int32Array,
  onProgress: Progress,
): Promise<SettingsOfFold> {
  if (!('tuning' in params) || !params.tuning) return { params, chosen: null };
  const { budget, nSplits, strategy, during, grid } = params.tuning;
  const y = Int32Array.from(train, (cell) => split.labels[cell]);
  const groups = codes(Array.from(train, (cell) => split.groups[cell]));
  const grouped = new Set(groups).size > 1;
  if (rarest(y) < nSplits || (grouped && new Set(groups).size < nSplits)) return { params, chosen: null };
  const features = featureSteps(params.features);
  const options = combinations(grid).map((settings) => ({ settings, params: { ...params, ...settings } }));
  const candidates: Candidate[] = options.map((option) => ({
    classifier: classifierSpec(option.params),
    features,
    ...(during && { search: during }),
  }));
  const { best, classifier, score, trials } = await tune(candidates, selectRows(all, train), y, split.classes.length, {
    budget,
    nSplits,
    strategy,
    randomState: params.randomState,
    ...(grouped && { groups }),
    onProgress,
  });
  const { settings, params: found } = options[candidates.indexOf(best)];
  const rounds =
    classifier.model === 'gradient-boosting' && during?.earlyStoppingRounds !== undefined
      ? { nEstimators: classifier.nEstimators! }
      : {};
  return {
    params: { ...found, ...rounds },
    chosen: { settings: { ...settings, ...rounds }, score, tried: trials.length },
  };
}

/** Returns every combination of one value per setting. */
function combinations(grid: Readonly<Record<string, readonly number[]>>): Record<string, number>[] {
  return Object.entries(grid).reduce<Record<string, number>[]>(
    (partial, [name, values]) => partial.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value }))),
    [{}],
  );
}

function rarest(y: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of y) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].reduce((least, count) => Math.min(least, count), Infinity);
}

function codes(names: readonly string[]): Int32Array {
  const index = new Map([...new Set(names)].sort().map((name, code) => [name, code]));
  return Int32Array.from(names, (name) => index.get(name)!);
}
