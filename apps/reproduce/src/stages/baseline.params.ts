import { z } from 'zod';

/** log(1 + counts per 10,000), optionally only of the highly variable genes of the training cells. */
export const levelFeatures = z.strictObject({
  kind: z.literal('log1p'),
  highlyVariable: z.int().positive().optional(),
  scale: z.boolean(),
});

const features = z.discriminatedUnion('kind', [
  levelFeatures,
  /** The rank encoding: maximum length minus position, 0 where a gene is absent. */
  z.strictObject({ kind: z.literal('ranks'), scale: z.boolean() }),
  /** The vectors of cells from the pretrained model, whose weights stay as they are. */
  z.strictObject({ kind: z.literal('vectors'), scale: z.boolean() }),
]);

/** `mljs` fits ml-svm or ml-random-forest instead, for comparison on small data; it is slow. */
const engine = z.enum(['native', 'mljs']).default('native');

const settings = {
  'logistic-regression': { C: z.number().positive() },
  'linear-svm': { C: z.number().positive() },
  'random-forest': { nEstimators: z.int().positive(), minSamplesLeaf: z.int().positive().default(1) },
  'gradient-boosting': {
    nEstimators: z.int().positive(),
    learningRate: z.number().positive(),
    maxDepth: z.int().positive(),
  },
};

/** Returns the schema of every classical classifier on the given kind of features; `more` returns further keys of an estimator. */
export function classifiersOn<F extends z.ZodType, M extends z.ZodRawShape>(given: F, more: (own: z.ZodRawShape) => M) {
  const common = { label: z.string(), features: given, randomState: z.int().min(0) };
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
 * The settings to choose from in every fold, by cross-validation within its training cells: one value from each list of `grid`, with at most
 * `budget` fits in total. `halving` fits only the better half of the combinations on each next inner fold. Without a grid (null), or with too few labels for cross-validation, the settings outside the grid are used.
 */
const tuning = (own: z.ZodRawShape) => ({
  tuning: z
    .strictObject({
      budget: z.int().positive(),
      nSplits: z.int().min(2).default(3),
      strategy: z.enum(['all', 'halving']).default('all'),
      /** Cheaper fits while settings are compared: fewer trees, a looser tolerance, or boosting with fewer bins that stops early. */
      during: z
        .strictObject({
          nEstimators: z.int().positive().optional(),
          tol: z.number().positive().optional(),
          earlyStoppingRounds: z.int().positive().optional(),
          maxBin: z.int().min(2).max(256).optional(),
        })
        .optional(),
      grid: z.strictObject(
        Object.fromEntries(Object.entries(own).map(([name, one]) => [name, z.array(one).min(1).optional()])),
      ),
    })
    .transform(({ grid, ...rest }) => ({ ...rest, grid: grid as Record<string, number[]> }))
    .nullish(),
});

export const baselineParams = classifiersOn(features, tuning);
export type BaselineParams = z.infer<typeof baselineParams>;
export type FeatureParams = z.infer<typeof features>;
/** The parameters of a classifier, independent of its features. */
export type ClassifierParams = DistributiveOmit<BaselineParams, 'features' | 'label' | 'tuning'>;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
