import { ArgumentError } from '@geneformer-ts/core';
import type { Classifier } from '../classifier.js';
import { DetectionRateClassifier, type DetectionRateOptions, DummyClassifier } from '../dummy-classifiers.js';
import { XGBClassifier, type XGBClassifierOptions } from '../trees/xgb-classifier.js';
import { SVC, type SVCOptions } from '../svm/svc.js';
import { LinearSVC, type LinearSVCOptions } from '../svm/linear-svc.js';
import { LogisticRegression, type LogisticRegressionOptions } from '../linear/logistic-regression.js';
import { mljsForest, mljsSVM, type MljsForestOptions, type MljsSVMOptions } from './mljs.js';
import { KNeighborsClassifier, type KNeighborsOptions } from '../k-neighbors.js';
import { RandomForestClassifier, type RandomForestOptions } from '../trees/random-forest.js';

/** Name and options of a classifier, as in a JSON or YAML file. */
export type ClassifierSpec =
  | { model: 'majority' }
  | ({ model: 'detection-rate' } & DetectionRateOptions)
  | ({ model: 'k-neighbors' } & KNeighborsOptions)
  | ({ model: 'logistic-regression' } & LogisticRegressionOptions)
  | ({ model: 'linear-svm'; engine?: 'native' } & LinearSVCOptions)
  | ({ model: 'linear-svm'; engine: 'mljs' } & MljsSVMOptions)
  | ({ model: 'kernel-svm' } & SVCOptions)
  | ({ model: 'random-forest'; engine?: 'native' } & RandomForestOptions)
  | ({ model: 'random-forest'; engine: 'mljs' } & MljsForestOptions)
  | ({ model: 'gradient-boosting' } & XGBClassifierOptions);

/**
 * Creates a classifier from its name and options. With `engine: 'mljs'` it uses ml-random-forest or ml-svm instead of this package's
 * model, for comparison on small data.
 *
 * ```ts
 * const model = await createClassifier({ model: 'linear-svm', C: 0.1 }); // new LinearSVC({ C: 0.1 })
 * ```
 *
 * @throws ArgumentError for an unknown name or invalid options, ForeignEngineError when the library cannot be loaded
 */
export async function createClassifier(spec: ClassifierSpec): Promise<Classifier> {
  switch (spec.model) {
    case 'majority':
      return new DummyClassifier();
    case 'detection-rate':
      return new DetectionRateClassifier(spec);
    case 'k-neighbors':
      return new KNeighborsClassifier(spec);
    case 'logistic-regression':
      return new LogisticRegression(spec);
    case 'linear-svm':
      return spec.engine === 'mljs' ? mljsSVM(spec) : new LinearSVC(spec);
    case 'kernel-svm':
      return SVC.create(spec);
    case 'random-forest':
      return spec.engine === 'mljs' ? mljsForest(spec) : new RandomForestClassifier(spec);
    case 'gradient-boosting':
      return new XGBClassifier(spec);
    default:
      throw ArgumentError.of(
        'model',
        (spec as { model: unknown }).model,
        'majority, detection-rate, k-neighbors, logistic-regression, linear-svm, kernel-svm, random-forest or gradient-boosting',
      );
  }
}
