/**
 * Classical classifiers with scikit-learn's names and defaults, and the features they learn from. Features are plain
 * structures, dense or compressed sparse rows; labels are whole numbers from 0. Fits are seeded and repeat to the bit.
 *
 * ```ts
 * import { RandomForestClassifier, highlyVariableGenes, log1pCp10k, selectColumns } from '@geneformer-ts/baselines';
 *
 * const levels = log1pCp10k(counts); // cells × genes
 * const features = selectColumns(levels, highlyVariableGenes(levels, 2000));
 * const forest = new RandomForestClassifier({ nEstimators: 100, seed: 0 }).fit(features, labels, 2);
 * const probabilities = forest.predictProba(features); // cells × 2, row-major
 * ```
 */
export { isSparse, toDense, toSparse, type CsrMatrix, type DenseMatrix, type Matrix } from '@geneformer-ts/core';
export { selectColumns, selectRows, stackRows, transpose } from './select.js';
export { log1pCp10k } from './features/cell-features.js';
export { highlyVariableGenes } from './highly-variable-genes.js';
export { columnSummaries } from './features/cell-features.js';
export { PCA, type PCAOptions } from './pca.js';
export { FeaturePipeline, type FeatureStep } from './features/feature-pipeline.js';
export { StandardScaler, type StandardScalerOptions } from './features/standard-scaler.js';
export { rankFeatures, type RankedCells, type RankFeatureOptions } from './features/cell-features.js';
export type { Progress, ProgressEvent } from '@geneformer-ts/core';
export type { Classifier } from './classifier.js';
export type { ClassWeight } from './labels.js';
export { MajorityClassifier } from './dummy-classifiers.js';
export { DetectionRateClassifier, type DetectionRateOptions } from './dummy-classifiers.js';
export { KNeighborsClassifier, type KNeighborsOptions } from './nearest-neighbours.js';
export { LogisticRegression, type LogisticRegressionOptions } from './linear/logistic-regression.js';
export { LinearSVM, type LinearSVMOptions } from './svm/linear-svc.js';
export { kernelSVM, type KernelSVM, type KernelSVMOptions } from './svm/svc.js';
export { PlattScaling, type MarginClassifier, type PlattScalingOptions } from './svm/calibrated-classifier.js';
export { RandomForestClassifier, type RandomForestOptions } from './trees/random-forest.js';
export { GradientBoostingClassifier, type GradientBoostingOptions } from './trees/xgb-classifier.js';
export type { XGBoostReadOptions } from './formats/read-xgboost.js';
export { SelfTraining, type SelfTrainingOptions } from './semi-supervised/self-training.js';
export {
  LabelPropagation,
  LabelSpreading,
  type LabelPropagationOptions,
  type LabelSpreadingOptions,
} from './semi-supervised/label-propagation.js';
export type { AffinityOptions } from './affinity.js';
export { createClassifier, type ClassifierSpec } from './selection/create-classifier.js';
export type { EvaluationSet } from './trees/boosting-loss.js';
export {
  nestedCrossValidation,
  tune,
  type Candidate,
  type NestedResult,
  type Trial,
  type Tuning,
  type TuningOptions,
} from './selection/tuning.js';
export type { MljsForestOptions, MljsSVMOptions } from './selection/mljs.js';
export { ArgumentError, ShapeError, ValueError, GeneformerError } from '@geneformer-ts/core';
export { ForeignEngineError, ModelFormatError, NotFittedError, OneClassError, ThreadError } from './errors.js';
