/** Gene vectors: what the vectors of the shipped model say about genes, beside rules and simple features. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { modelFolder, vocabularyFile } from '@geneformer-ts/mini';
import { z } from 'zod';
import { defineExperiment } from '../run/define.js';
import geneVectors from '../stages/gene-vectors.js';
import { geneVectorsParams } from '../stages/gene-vectors.params.js';

const profile = z.strictObject({ description: z.string(), question: z.string(), vectors: geneVectorsParams });

export const geneVectorStudy = defineExperiment('gene-vectors', profile, ({ profile: { vectors }, add }) => {
  add(geneVectors, { ...vectors, model: digestOfModel() }, {});
});

/** The model is part of the workspace and is not an input of the stage, so its digest is among the parameters. */
function digestOfModel(): string {
  const hash = createHash('sha256');
  for (const file of [path.join(modelFolder, 'model.safetensors'), vocabularyFile]) hash.update(readFileSync(file));
  return hash.digest('hex');
}
