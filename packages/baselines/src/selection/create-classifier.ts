import { ArgumentError } from '@geneformer-ts/core';
import type { Classifier } from '../classifier.js';
import { without } from '../features/feature-pipeline.js';
import {
  DetectionRateClassifier,
  type DetectionRateOptions,
  DummyClassifier,
  type DummyClassifierOptions,
} from '../dummy-classifiers.js';
import { XGBClassifier, type XGBClassifierOptions } from '../trees/xgb-classifier.js';
import { SVC, type SVCOptions } from '../svm/svc.js';
import { LinearSVC, type LinearSVCOptions } from '../svm/linear-svc.js';
import { LogisticRegression, type LogisticRegressionOptions } from '../linear/logistic-regression.js';
import { mljsForest, mljsSVM, type MljsForestOptions, type MljsSVMOptions } from './mljs.js';
import { KNeighborsClassifier, type KNeighborsOptions } from '../k-neighbors.js';
import { RandomForestClassifier, type RandomForestOptions } from '../trees/random-forest.js';

/** Name and options of a classifier, as in a JSON or YAML file. */
export type ClassifierSpec =
  | ({ model: 'majority' } & DummyClassifierOptions)
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
      return new DummyClassifier(without(spec, 'model'));
    case 'detection-rate':
      return new DetectionRateClassifier(without(spec, 'model'));
    case 'k-neighbors':
      return new KNeighborsClassifier(without(spec, 'model'));
    case 'logistic-regression':
      return new LogisticRegression(without(spec, 'model'));
    case 'linear-svm':
      checkEngine(spec.engine);
      if (spec.engine === 'mljs') return mljsSVM(without(spec, 'model', 'engine'));
      return new LinearSVC(without(spec, 'model', 'engine'));
    case 'kernel-svm':
      return SVC.create(without(spec, 'model'));
    case 'random-forest':
      checkEngine(spec.engine);
      if (spec.engine === 'mljs') return mljsForest(without(spec, 'model', 'engine'));
      return new RandomForestClassifier(without(spec, 'model', 'engine'));
    case 'gradient-boosting':
      return new XGBClassifier(without(spec, 'model'));
    default:
      throw ArgumentError.of(
        'model',
        (spec as { model: unknown }).model,
        'majority, detection-rate, k-neighbors, logistic-regression, linear-svm, kernel-svm, random-forest or gradient-boosting',
      );
  }
}

function checkEngine(engine: 'native' | 'mljs' | undefined): void {
  if (![undefined, 'native', 'mljs'].includes(engine)) throw ArgumentError.of('engine', engine, "'native' or 'mljs'");
}
