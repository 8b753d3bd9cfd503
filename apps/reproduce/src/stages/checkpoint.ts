/** Fetches a published checkpoint from the catalog, checks it, and keeps it like the output of any other stage. */
import { sha256File } from '@geneformer-ts/core/node';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readCheckpoint } from '@geneformer-ts/io';
import { assetFile } from '../data/data-files.js';
import { ExperimentError } from '../errors.js';
import { defineStage } from '../run/define.js';
import { pretrainedParams } from './training.params.js';

export default defineStage({
  name: 'checkpoint',
  params: pretrainedParams,
  inputs: {},
  outputs: { checkpoint: 'checkpoint' },
  async run({ params: { asset }, output: { checkpoint }, progress }) {
    if (asset === undefined)
      throw new ExperimentError(
        'experiment',
        'pretrained.asset',
        'not set; give the id of a checkpoint in the catalog of packages/hub',
      );
    const weights = await assetFile(asset, progress);
    await mkdir(checkpoint, { recursive: true });
    for (const name of [path.basename(weights), 'config.json']) {
      await copyFile(path.join(path.dirname(weights), name), path.join(checkpoint, name));
    }
    const { tensors } = await readCheckpoint(checkpoint);
    return { facts: { asset, tensors: tensors.size, sha256: await sha256File(weights) } };
  },
});
