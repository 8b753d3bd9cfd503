/** Gene vectors: what the vectors of the shipped model say about genes, beside rules and simple features. */
import { z } from 'zod';
import { defineExperiment } from '../run/define.js';
import geneVectors from '../stages/gene-vectors.js';

const profile = z.strictObject({ description: z.string(), question: z.string(), vectors: geneVectors.params });

export const geneVectorStudy = defineExperiment('gene-vectors', profile, ({ profile: { vectors }, add }) => {
  add(geneVectors, vectors, {});
});
