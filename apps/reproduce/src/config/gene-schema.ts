/** What the file of a gene experiment may hold. */
import { z } from 'zod';
import { pretrainedParams } from '../stages/checkpoint.params.js';
import { dataParams } from '../stages/data.params.js';
import { evaluateParams } from '../stages/evaluate.params.js';
import { figuresParams } from '../stages/figures.params.js';
import { modelParams } from '../stages/finetune.params.js';
import { geneBaselineParams, geneFinetuneParams, geneProtocolParams } from '../stages/gene.params.js';
import { pretrainParams } from '../stages/pretrain.params.js';
import { tokenizeParams } from '../stages/tokenize.params.js';
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
    /** Left out where a model with random weights has the shape of the pretrained one. */
    model: modelParams.optional(),
    /** Pretraining on the corpus of this profile's data. */
    pretrain: pretrainParams.optional(),
    /** Or a model that was pretrained elsewhere. */
    pretrained: pretrainedParams.optional(),
    finetune: geneFinetuneParams,
    baselines: z.record(name, geneBaselineParams),
    evaluate: evaluateParams,
    figures: figuresParams,
  })
  .refine(({ pretrain, pretrained }) => !(pretrain && pretrained), {
    path: ['pretrained'],
    message: 'give either pretrain or pretrained',
  })
  .refine(({ model, pretrained }) => model !== undefined || pretrained !== undefined, {
    path: ['model'],
    message: 'expected the shape of the model, as no pretrained one is named',
  })
  .refine(hasOwnCorpus, OWN_CORPUS);

export const geneExperimentSchema = z.strictObject({
  title: z.string(),
  kind: z.literal('genes'),
  defaultProfile: name,
  profiles: z.record(name, profile),
});

export type GeneExperiment = z.infer<typeof geneExperimentSchema>;
export type GeneProfile = z.infer<typeof profile>;
