/** The schema of a gene experiment's file. */
import { z } from 'zod';
import { dataParams } from '../stages/data.params.js';
import { evaluateParams } from '../stages/evaluate.params.js';
import { figuresParams } from '../stages/figures.params.js';
import { geneBaselineParams, geneFinetuneParams, geneProtocolParams } from '../stages/gene.params.js';
import { tokenizeParams } from '../stages/tokenize.params.js';
import { checkModelStart, modelStart } from './model-start.js';
import { hasOwnCorpus, OWN_CORPUS } from './own-corpus.js';
import { name, published } from './schema.js';

const profile = z
  .strictObject({
    description: z.string(),
    question: z.string(),
    published: z.array(published),
    data: dataParams,
    protocol: geneProtocolParams,
    tokenize: tokenizeParams,
    ...modelStart,
    finetune: geneFinetuneParams,
    baselines: z.record(name, geneBaselineParams),
    evaluate: evaluateParams,
    figures: figuresParams,
  })
  .superRefine(checkModelStart)
  .refine(hasOwnCorpus, OWN_CORPUS);

export const geneExperimentSchema = z.strictObject({
  title: z.string(),
  kind: z.literal('genes'),
  defaultProfile: name,
  profiles: z.record(name, profile),
});

export type GeneExperiment = z.infer<typeof geneExperimentSchema>;
export type GeneProfile = z.infer<typeof profile>;
