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
export {
  highlyVariableGenes,
  PCA,
  selectColumns,
  selectRows,
  stackRows,
  transpose,
  type PCAOptions,
} from '@geneformer-ts/analysis';
export { log1pCp10k } from './log1p-cp10k.js';
export { columnSummaries } from './column-summaries.js';
export { FeaturePipeline, type FeatureStep } from './feature-pipeline.js';
export { StandardScaler, type StandardScalerOptions } from './standard-scaler.js';
export { rankFeatures, type RankedCells, type RankFeatureOptions } from './rank-features.js';
export type { Progress, ProgressEvent } from '@geneformer-ts/core';
export type { Classifier } from './classifier.js';
export type { ClassWeight } from './class-set.js';
export { MajorityClassifier } from './majority-classifier.js';
export { DetectionRateClassifier, type DetectionRateOptions } from './detection-rate.js';
export { KNeighborsClassifier, type KNeighborsOptions } from './k-neighbors.js';
export { LogisticRegression, type LogisticRegressionOptions } from './logistic-regression.js';
export { LinearSVM, type LinearSVMOptions } from './linear-svm.js';
export { kernelSVM, type KernelSVM, type KernelSVMOptions } from './kernel-svm.js';
export { PlattScaling, type MarginClassifier, type PlattScalingOptions } from './platt-scaling.js';
export { RandomForestClassifier, type RandomForestOptions } from './random-forest.js';
export { GradientBoostingClassifier, type GradientBoostingOptions } from './gradient-boosting.js';
export type { XGBoostReadOptions } from './read-xgboost.js';
export { SelfTraining, type SelfTrainingOptions } from './self-training.js';
export {
  LabelPropagation,
  LabelSpreading,
  type LabelPropagationOptions,
  type LabelSpreadingOptions,
} from './label-propagation.js';
export type { AffinityOptions } from './affinity.js';
export { createClassifier, type ClassifierSpec } from './create-classifier.js';
export type { EvaluationSet } from './early-stopping.js';
export {
  nestedCrossValidation,
  tune,
  type Candidate,
  type NestedResult,
  type Trial,
  type Tuning,
  type TuningOptions,
} from './tuning.js';
export type { MljsForestOptions, MljsSVMOptions } from './mljs.js';
export { ArgumentError, ShapeError, ValueError, GeneformerError } from '@geneformer-ts/core';
export { ForeignEngineError, ModelFormatError, NotFittedError, OneClassError, ThreadError } from './errors.js';
