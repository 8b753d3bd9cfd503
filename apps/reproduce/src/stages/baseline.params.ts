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

const settings = {
  'logistic-regression': { C: z.number().positive() },
  'linear-svm': { C: z.number().positive() },
  'random-forest': { trees: z.int().positive(), minSamplesLeaf: z.int().positive().default(1) },
  'gradient-boosting': {
    rounds: z.int().positive(),
    learningRate: z.number().positive(),
    maxDepth: z.int().positive(),
  },
};

/** Every classical classifier, on features of some kind; `more` says what else an estimator takes. */
export function classifiersOn<F extends z.ZodType, M extends z.ZodRawShape>(given: F, more: (own: z.ZodRawShape) => M) {
  const common = { label: z.string(), features: given, seed: z.int().min(0) };
  const fixed = <E extends keyof typeof settings>(estimator: E) => ({
    ...common,
    estimator: z.literal(estimator),
    ...settings[estimator],
    ...more(settings[estimator]),
  });
  return z.discriminatedUnion('estimator', [
    z.strictObject(fixed('logistic-regression')),
    z.strictObject({ ...fixed('linear-svm'), engine }),
    z.strictObject({ ...fixed('random-forest'), engine }),
    z.strictObject(fixed('gradient-boosting')),
    z.strictObject({ ...common, estimator: z.literal('majority') }),
  ]);
}

/**
 * Settings to choose from in every fold, by cross-validation within its training cells: one of each list of `grid`, of which the fits that
 * `budget` pays for are tried. Without a grid (null), or where labels are too few to choose by, the settings outside it stand.
 */
const tuning = (own: z.ZodRawShape) => ({
  tuning: z
    .strictObject({
      budget: z.int().positive(),
      nSplits: z.int().min(2).default(3),
      grid: z.strictObject(
        Object.fromEntries(Object.entries(own).map(([name, one]) => [name, z.array(one).min(1).optional()])),
      ),
    })
    .transform(({ grid, ...rest }) => ({ ...rest, grid: grid as Record<string, number[]> }))
    .nullish(),
});

export const baselineParams = classifiersOn(features, tuning);
export type BaselineParams = z.infer<typeof baselineParams>;
/** What the stage is given: its own section and, where only a part of the cells has labels, which. */
export type BaselineStageParams = BaselineParams & { budget?: Budget };
export type FeatureParams = z.infer<typeof features>;
/** What decides the classifier, whatever it learns from. */
export type ClassifierParams = DistributiveOmit<BaselineParams, 'features' | 'label' | 'tuning'>;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
