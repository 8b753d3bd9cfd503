import { ArgumentError } from '@geneformer-ts/core';
import type { Classifier } from './classifier.js';
import { DetectionRateClassifier, type DetectionRateOptions } from './detection-rate.js';
import { GradientBoostingClassifier, type GradientBoostingOptions } from './gradient-boosting.js';
import { kernelSVM, type KernelSVMOptions } from './kernel-svm.js';
import { LinearSVM, type LinearSVMOptions } from './linear-svm.js';
import { LogisticRegression, type LogisticRegressionOptions } from './logistic-regression.js';
import { MajorityClassifier } from './majority-classifier.js';
import { mljsForest, mljsSVM, type MljsForestOptions, type MljsSVMOptions } from './mljs.js';
import { KNeighborsClassifier, type KNeighborsOptions } from './k-neighbors.js';
import { RandomForestClassifier, type RandomForestOptions } from './random-forest.js';

/** A classifier as an experiment file names it. */
export type ClassifierSpec =
  | { model: 'majority' }
  | ({ model: 'detection-rate' } & DetectionRateOptions)
  | ({ model: 'k-neighbours' } & KNeighborsOptions)
  | ({ model: 'logistic-regression' } & LogisticRegressionOptions)
  | ({ model: 'linear-svm'; engine?: 'native' } & LinearSVMOptions)
  | ({ model: 'linear-svm'; engine: 'mljs' } & MljsSVMOptions)
  | ({ model: 'kernel-svm' } & KernelSVMOptions)
  | ({ model: 'random-forest'; engine?: 'native' } & RandomForestOptions)
  | ({ model: 'random-forest'; engine: 'mljs' } & MljsForestOptions)
  | ({ model: 'gradient-boosting' } & GradientBoostingOptions);

/**
 * Makes a classifier from its name and options. `engine: 'mljs'` chooses ml-random-forest or ml-svm instead of this package's
 * own model: a second opinion, slow, for small data.
 *
 * @throws ArgumentError for an unknown name or impossible options, ForeignEngineError when the chosen library cannot be loaded
 */
export async function createClassifier(spec: ClassifierSpec): Promise<Classifier> {
  switch (spec.model) {
    case 'majority':
      return new MajorityClassifier();
    case 'detection-rate':
      return new DetectionRateClassifier(spec);
    case 'k-neighbours':
      return new KNeighborsClassifier(spec);
    case 'logistic-regression':
      return new LogisticRegression(spec);
    case 'linear-svm':
      return spec.engine === 'mljs' ? mljsSVM(spec) : new LinearSVM(spec);
    case 'kernel-svm':
      return kernelSVM(spec);
    case 'random-forest':
      return spec.engine === 'mljs' ? mljsForest(spec) : new RandomForestClassifier(spec);
    case 'gradient-boosting':
      return new GradientBoostingClassifier(spec);
    default:
      throw ArgumentError.of(
        'model',
        (spec as { model: unknown }).model,
        'majority, detection-rate, k-neighbours, logistic-regression, linear-svm, kernel-svm, random-forest or gradient-boosting',
      );
  }
}
