/**
 * Splits, metrics and confidence intervals, as pure functions on typed arrays. Labels are whole numbers from 0;
 * probabilities are rows × classes, row-major. Functions are independent of the model.
 *
 * ```ts
 * import { accuracy, bootstrapInterval, rocAuc, stratifiedGroupKFold } from '@geneformer-ts/eval';
 *
 * const fold = stratifiedGroupKFold(labels, donors, { nSplits: 5, seed: 0 }); // test fold of each row
 * const auc = rocAuc(labels, probabilities, 2);
 * const ci95 = bootstrapInterval(labels.length, (w) => accuracy(labels, predicted, w), { clusters: donors });
 * ```
 */
export { stratifiedKFold, type StratifiedKFoldOptions } from './stratified-k-fold.js';
export { groupKFold, type GroupKFoldOptions } from './group-k-fold.js';
export { stratifiedGroupKFold, type StratifiedGroupKFoldOptions } from './stratified-group-k-fold.js';
export { labeledGroupKFold } from './labeled-group-k-fold.js';
export { confusionMatrix } from './confusion.js';
export { accuracy, macroF1, perClassF1, perClassPrecision, perClassRecall } from './class-scores.js';
export { rocAuc, rocAucScorer } from './roc-auc.js';
export { rocCurve, type RocCurve, type RocCurveOptions } from './roc-curve.js';
export { rocBand, type RocBand, type RocBandOptions } from './roc-band.js';
export { averagePrecision } from './average-precision.js';
export { brierScore, logLoss } from './probability-scores.js';
export { calibrationCurve, expectedCalibrationError, type CalibrationBin } from './calibration.js';
export {
  bootstrapDistribution,
  bootstrapInterval,
  type BootstrapOptions,
  type WeightedStatistic,
} from './bootstrap.js';
export { deLongInterval, deLongTest, type DeLongTest } from './delong.js';
export { mcNemarTest, type McNemarTest } from './mcnemar.js';
export { correctedTTest, type TTest } from './corrected-t-test.js';
export { wilcoxonTest, type WilcoxonTest } from './wilcoxon.js';
export { benjaminiHochberg, holm } from './multiple-testing.js';
export {
  simultaneousIntervals,
  type SimultaneousInterval,
  type SimultaneousOptions,
} from './simultaneous-intervals.js';
export type { RowWeights } from './checks.js';
export type { Scores } from './ranking.js';
export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
export {
  EmptyClassError,
  LabelRangeError,
  LengthMismatchError,
  TooFewGroupsError,
  TooFewRowsError,
  UndefinedStatisticError,
} from './errors.js';
