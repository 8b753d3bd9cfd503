/** A classical classifier as an experiment file describes it. */
import { createClassifier, type Classifier } from '@geneformer-ts/baselines';
import type { Progress } from '../run/progress.js';
import type { ClassifierParams } from '../stages/baseline.params.js';

export const families: Record<ClassifierParams['estimator'], string> = {
  'logistic-regression': 'linear',
  'linear-svm': 'svm',
  'random-forest': 'forest',
  'gradient-boosting': 'boosting',
  majority: 'floor',
};

export function makeClassifier(params: ClassifierParams, onProgress: Progress): Promise<Classifier> {
  const { seed } = params;
  switch (params.estimator) {
    case 'logistic-regression':
      return createClassifier({ model: 'logistic-regression', C: params.C, maxIter: 1000, onProgress });
    case 'linear-svm':
      return createClassifier({ model: 'linear-svm', engine: params.engine, C: params.C, onProgress });
    case 'random-forest':
      return createClassifier({
        model: 'random-forest',
        engine: params.engine,
        nEstimators: params.trees,
        seed,
        onProgress,
      });
    case 'gradient-boosting': {
      const { rounds: nEstimators, learningRate, maxDepth } = params;
      return createClassifier({ model: 'gradient-boosting', nEstimators, learningRate, maxDepth, seed, onProgress });
    }
    case 'majority':
      return createClassifier({ model: 'majority' });
  }
}
