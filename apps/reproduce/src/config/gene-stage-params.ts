import { statSync } from 'node:fs';
import path from 'node:path';
import { dataFile } from '../data/data-file.js';
import { ExperimentError } from '../errors.js';
import type { GeneFinetuneStageParams } from '../stages/gene-finetune.js';
import type { GeneVariant } from '../stages/gene.params.js';
import type { GeneProfile } from './gene-schema.js';
import { entry } from './stage-params.js';

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
