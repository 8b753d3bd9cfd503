/**
 * The schema of a cell classification experiment. Each stage defines the part that it reads, next to its code; this module combines the parts.
 * Unknown keys are errors: a misspelled option must not be silently ignored.
 */
import { z } from 'zod';
import { baselineParams } from '../stages/baseline.params.js';
import { dataParams } from '../stages/data.params.js';
import { embedParams } from '../stages/embed.params.js';
import { evaluateParams } from '../stages/evaluate.params.js';
import { figuresParams } from '../stages/figures.params.js';
import { finetuneParams } from '../stages/finetune.params.js';
import { labelBudgetsParams } from '../stages/label-budgets.params.js';
import { protocolParams } from '../stages/split.params.js';
import { tokenizeParams } from '../stages/tokenize.params.js';
import { checkModelStart, modelStart } from './model-start.js';
import { hasOwnCorpus, OWN_CORPUS } from './own-corpus.js';

/** A name that becomes part of target names and file names, so only letters, digits and hyphens are allowed. */
export const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'use lowercase letters, digits and hyphens');

/** A number from the published study, shown beside the measured ones and never mixed with them. */
export const published = z.strictObject({
  model: z.string(),
  metric: z.enum(['accuracy', 'macroF1', 'rocAuc']),
  value: z.number().min(0).max(1),
  source: z.string(),
});

const profile = z
  .strictObject({
    description: z.string(),
    question: z.string(),
    /** Only where the published study asked the same question. */
    published: z.array(published),
    data: dataParams,
    protocol: protocolParams,
    tokenize: tokenizeParams,
    ...modelStart,
    embed: embedParams,
    finetune: finetuneParams,
    baselines: z.record(name, baselineParams),
    labelBudgets: labelBudgetsParams.optional(),
    evaluate: evaluateParams,
    figures: figuresParams,
  })
  .superRefine(checkModelStart)
  .refine(hasOwnCorpus, OWN_CORPUS);

export const experimentSchema = z.strictObject({
  title: z.string(),
  defaultProfile: name,
  profiles: z.record(name, profile),
});

export type Experiment = z.infer<typeof experimentSchema>;
export type Profile = z.infer<typeof profile>;
export type PublishedFigure = z.infer<typeof published>;
