/**
 * The classifiers that run in a page: those without a library for Node and without threads.
 *
 * @packageDocumentation
 */
export { isSparse, toDense, toSparse, type CsrMatrix, type DenseMatrix, type Matrix } from '@geneformer-ts/core';
export type { Progress, ProgressEvent } from '@geneformer-ts/core';
export { columnSummaries, log1pCp10k, rankFeatures } from './features/cell-features.js';
export { StandardScaler, type StandardScalerOptions } from './features/standard-scaler.js';
export { KNeighborsClassifier, type KNeighborsOptions } from './k-neighbors.js';
export { LogisticRegression, type LogisticRegressionOptions } from './linear/logistic-regression.js';
export { ArgumentError, ShapeError, ValueError, GeneformerError } from '@geneformer-ts/core';
export { NotFittedError, OneClassError } from './errors.js';
