/** Fetches a published checkpoint from the catalog, checks it, and keeps it like the output of any other stage. */
import { sha256File } from '@geneformer-ts/core/node';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readCheckpoint } from '@geneformer-ts/io';
import { assetFile } from '../data/data-files.js';
import { ExperimentError } from '../errors.js';
import type { Stage } from '../run/stage.js';
import type { PretrainedParams } from './training.params.js';

const stage: Stage<PretrainedParams> = {
  async run({ params: { asset }, scratch, progress }) {
    if (asset === undefined)
      throw new ExperimentError(
        'experiment',
        'pretrained.asset',
        'not set; give the id of a checkpoint in the catalog of packages/hub',
      );
    const weights = await assetFile(asset, progress);
    const checkpoint = path.join(scratch, 'checkpoint');
    await mkdir(checkpoint, { recursive: true });
    for (const name of [path.basename(weights), 'config.json']) {
      await copyFile(path.join(path.dirname(weights), name), path.join(checkpoint, name));
    }
    const { tensors } = await readCheckpoint(checkpoint);
    return { outputs: { checkpoint }, facts: { asset, tensors: tensors.size, sha256: await sha256File(weights) } };
  },
};
export default stage;
