import { z } from 'zod';

const model = z.string().regex(/^[a-z][a-z0-9-]*$/);

/** Experiments with labels for only part of the training cells; each model, percentage and fold is a separate task. */
export const labelBudgetsParams = z.strictObject({
  /** Percentages of the training cells of each class to label, at least one cell; 100 % is covered by the rest of the profile. */
  percents: z.array(z.number().gt(0).lt(100)).min(1),
  /** Names from `finetune.models` and `baselines`. */
  models: z.array(model).min(1),
  /** Two of the models; the gain of `of` over `over` is reported. */
  gain: z.strictObject({ of: model, over: model }),
  /** Minimum number of training examples (cells × epochs); with few cells, the number of epochs is increased. */
  minCellVisits: z.int().positive(),
  /** Seed for the choice of labeled cells. */
  seed: z.int().min(0),
});
export type LabelBudgetsParams = z.infer<typeof labelBudgetsParams>;

/** The parameters of one task. */
export type Budget = Pick<LabelBudgetsParams, 'minCellVisits' | 'seed'> & { percent: number };
