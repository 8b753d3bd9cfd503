import { z } from 'zod';
import type { Budget } from './label-budgets.params.js';

const features = z.discriminatedUnion('kind', [
  /** log(1 + counts per 10,000), optionally of the most variable genes of the training cells only. */
  z.strictObject({ kind: z.literal('log1p'), highlyVariable: z.int().positive().optional(), scale: z.boolean() }),
  /** The rank encoding itself: longest length minus position, 0 where a gene is absent. */
  z.strictObject({ kind: z.literal('ranks'), scale: z.boolean() }),
]);

const common = { label: z.string(), features, seed: z.int().min(0) };

/** `mljs` fits ml-svm or ml-random-forest instead: a second opinion, slow, for small data. */
const engine = z.enum(['native', 'mljs']).default('native');

export const baselineParams = z.discriminatedUnion('estimator', [
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
export type BaselineParams = z.infer<typeof baselineParams>;
/** What the stage is given: its own section and, where only a part of the cells has labels, which. */
export type BaselineStageParams = BaselineParams & { budget?: Budget };
export type FeatureParams = z.infer<typeof features>;
