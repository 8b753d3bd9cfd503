import { z } from 'zod';
import type { Budget } from './label-budgets.params.js';

/** log(1 + counts per 10,000), optionally of the most variable genes of the training cells only. */
export const levelFeatures = z.strictObject({
  kind: z.literal('log1p'),
  highlyVariable: z.int().positive().optional(),
  scale: z.boolean(),
});

const features = z.discriminatedUnion('kind', [
  levelFeatures,
  /** The rank encoding itself: longest length minus position, 0 where a gene is absent. */
  z.strictObject({ kind: z.literal('ranks'), scale: z.boolean() }),
]);

/** `mljs` fits ml-svm or ml-random-forest instead: a second opinion, slow, for small data. */
const engine = z.enum(['native', 'mljs']).default('native');

/** Every classical classifier, on features of some kind. */
export function classifiersOn<F extends z.ZodType>(given: F) {
  const common = { label: z.string(), features: given, seed: z.int().min(0) };
  return z.discriminatedUnion('estimator', [
    z.strictObject({ ...common, estimator: z.literal('logistic-regression'), C: z.number().positive() }),
    z.strictObject({ ...common, estimator: z.literal('linear-svm'), engine, C: z.number().positive() }),
    z.strictObject({ ...common, estimator: z.literal('random-forest'), engine, trees: z.int().positive() }),
    z.strictObject({
      ...common,
      estimator: z.literal('gradient-boosting'),
      rounds: z.int().positive(),
      learningRate: z.number().positive(),
      maxDepth: z.int().positive(),
    }),
    z.strictObject({ ...common, estimator: z.literal('majority') }),
  ]);
}

export const baselineParams = classifiersOn(features);
export type BaselineParams = z.infer<typeof baselineParams>;
/** What the stage is given: its own section and, where only a part of the cells has labels, which. */
export type BaselineStageParams = BaselineParams & { budget?: Budget };
export type FeatureParams = z.infer<typeof features>;
/** What decides the classifier, whatever it learns from. */
export type ClassifierParams = DistributiveOmit<BaselineParams, 'features' | 'label'>;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
