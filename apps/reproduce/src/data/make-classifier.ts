/** The family of each estimator, which decides its color in figures. */
import type { Progress } from '@geneformer-ts/core';
import { createClassifier, type Classifier, type ClassifierSpec } from '@geneformer-ts/baselines';
import type { ClassifierParams } from '../stages/baseline.params.js';

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

export function classifierSpec(params: ClassifierParams, onProgress?: Progress): ClassifierSpec {
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
