import { statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { dataFile } from '../data/data-files.js';
import { ExperimentError } from '../errors.js';
import { dataParams } from '../stages/data.params.js';
import { evaluateParams, figuresParams, tokenizeParams } from '../stages/cell.params.js';
import type { GeneFinetuneStageParams } from '../stages/gene-finetune.js';
import { geneBaselineParams, geneFinetuneParams, geneProtocolParams, type GeneVariant } from '../stages/gene.params.js';
import { checkModelStart, hasOwnCorpus, modelStart, OWN_CORPUS } from './profile-parts.js';
import { entry, name, published } from './cell-experiment.js';

/** The schema of a gene experiment's file. */

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

/** Returns the part of a gene profile that one stage depends on, and nothing else. */
export function geneParamsOf(
  name: string,
  words: readonly string[],
  experiment: { title: string },
  profile: GeneProfile,
): unknown {
  const [, model = '', fold] = words;
  const { protocol, data, question, description } = profile;
  switch (name) {
    case 'data':
      return data;
    case 'tokenize':
      return profile.tokenize;
    case 'pretrain':
      return { model: profile.model, training: profile.pretrain };
    case 'checkpoint':
      return profile.pretrained;
    case 'gene-split':
      return { protocol, data };
    case 'gene-features':
      return { geneIds: profile.tokenize.geneIds };
    case 'gene-finetune': {
      const { models, ...training } = profile.finetune;
      const variant = entry(models, model);
      const { model: shape } = profile;
      const params: GeneFinetuneStageParams = { ...(shape && { model: shape }), training, variant, fold: Number(fold) };
      return { ...params, ...findCheckpoint(variant) };
    }
    case 'gene-baseline':
      return entry(profile.baselines, model);
    case 'gene-evaluate':
      return { ...profile.evaluate, protocol, published: profile.published };
    case 'gene-figures':
      return { ...profile.figures, title: experiment.title, question, description, protocol };
    default:
      throw new ExperimentError(
        'command line',
        name,
        'not a stage of a gene experiment; choose one that its Nx targets run',
      );
  }
}

/** Returns the size and date of the published checkpoint, or null where it is missing: the fold is then skipped, so the cache key needs it. */
function findCheckpoint({ init }: GeneVariant): Pick<GeneFinetuneStageParams, 'checkpoint'> {
  if (typeof init === 'string') return {};
  const folder = dataFile(init.checkpoint);
  const [file] = ['model.safetensors', 'pytorch_model.bin'].flatMap(
    (weights) => statSync(path.join(folder, weights), { throwIfNoEntry: false }) ?? [],
  );
  return { checkpoint: file ? { bytes: file.size, modified: file.mtimeMs } : null };
}
