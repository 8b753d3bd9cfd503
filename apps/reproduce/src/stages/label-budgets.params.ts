import { z } from 'zod';

const model = z.string().regex(/^[a-z][a-z0-9-]*$/);

/** How good the models are when only a part of the training cells has labels; each model, part and fold is a task of its own. */
export const labelBudgetsParams = z.strictObject({
  /** Percent of the training cells of each class, at least one cell; all of them is what the rest of the profile does. */
  percents: z.array(z.number().gt(0).lt(100)).min(1),
  /** Of `finetune.models` and `baselines`. */
  models: z.array(model).min(1),
  /** Two of them, to say what the first gains over the second. */
  gain: z.strictObject({ of: model, over: model }),
  /** Few cells are gone over more often, until training has looked at this many. */
  minCellVisits: z.int().positive(),
  /** Decides which cells have labels. */
  seed: z.int().min(0),
});
export type LabelBudgetsParams = z.infer<typeof labelBudgetsParams>;

/** What one task is told. */
export type Budget = Pick<LabelBudgetsParams, 'minCellVisits' | 'seed'> & { percent: number };
