/**
 * Classical classifiers with the names and defaults of scikit-learn, and their features. Features are plain objects, dense or
 * compressed sparse rows; labels are names or whole numbers. Fits are seeded and reproducible to the bit.
 *
 * ```ts
 * import { RandomForestClassifier, highlyVariableGenes, log1pCp10k, selectColumns } from '@geneformer-ts/baselines';
 *
 * const levels = log1pCp10k(counts); // cells × genes
 * const features = selectColumns(levels, highlyVariableGenes(levels, 2000));
 * const forest = new RandomForestClassifier({ nEstimators: 100, randomState: 0 }).fit(features, ['cTEC', 'mTEC', 'cTEC']);
 * const probabilities = forest.predictProba(features); // cells × 2, row-major, columns as in forest.classes_
 * ```
 */
export { isSparse, toDense, toSparse, type CsrMatrix, type DenseMatrix, type Matrix } from '@geneformer-ts/core';
export type { Progress, ProgressEvent } from '@geneformer-ts/core';
export {
  highlyVariableGenes,
  PCA,
  selectColumns,
  selectRows,
  stackRows,
  transpose,
  type PCAOptions,
} from '@geneformer-ts/analysis';
export {
  columnSummaries,
  log1pCp10k,
  rankFeatures,
  type RankedCells,
  type RankFeatureOptions,
} from './features/cell-features.js';
export { FeaturePipeline, type FeatureStep } from './features/feature-pipeline.js';
export { StandardScaler, type StandardScalerOptions } from './features/standard-scaler.js';
export type { Classifier } from './classifier.js';
export type { FittedOn, Label, LabeledClassifier } from './labeled-classifier.js';
export type { ClassWeight } from './labels.js';
export {
  DetectionRateClassifier,
  DummyClassifier,
  type DetectionRateOptions,
  type DummyClassifierOptions,
} from './dummy-classifiers.js';
export { KNeighborsClassifier, type KNeighborsOptions } from './k-neighbors.js';
export { LogisticRegression, type LogisticRegressionOptions } from './linear/logistic-regression.js';
export { LinearSVC, type LinearSVCOptions } from './svm/linear-svc.js';
export { SVC, type SVCOptions } from './svm/svc.js';
export {
  CalibratedClassifierCV,
  type CalibratedClassifierCVOptions,
  type MarginClassifier,
} from './svm/calibrated-classifier.js';
export { RandomForestClassifier, type RandomForestOptions } from './trees/random-forest.js';
export { XGBClassifier, type XGBClassifierOptions } from './trees/xgb-classifier.js';
export type { EvaluationSet, LabeledRows } from './trees/boosting-loss.js';
export type { XGBoostReadOptions } from './formats/read-xgboost.js';
export { SelfTrainingClassifier, type SelfTrainingClassifierOptions } from './semi-supervised/self-training.js';
export {
  LabelPropagation,
  LabelSpreading,
  type LabelPropagationOptions,
  type LabelSpreadingOptions,
} from './semi-supervised/label-propagation.js';
export type { AffinityOptions } from './semi-supervised/affinity.js';
export { createClassifier, type ClassifierSpec } from './selection/create-classifier.js';
export type { MljsForestOptions, MljsSVMOptions } from './selection/mljs.js';
export {
  nestedCrossValidation,
  tune,
  type Candidate,
  type CheaperFits,
  type NestedResult,
  type Trial,
  type Tuning,
  type TuningOptions,
} from './selection/tuning.js';
export { ArgumentError, ShapeError, ValueError, GeneformerError } from '@geneformer-ts/core';
export { ForeignEngineError, ModelFormatError, NotFittedError, OneClassError } from './errors.js';
