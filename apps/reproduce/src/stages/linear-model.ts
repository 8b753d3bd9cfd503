/** Fits a linear model to the unlabeled cells of the corpus: the peer of the pretrained transformer, and the vectors it starts from. */
import { columnAsStrings } from '@geneformer-ts/io';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import type { DenseMatrix } from '@geneformer-ts/baselines';
import { PROFILE_COLUMN } from '../data/drawn-cells.js';
import { levelsOf, linearVectors } from '../data/linear-vectors.js';
import { readMatrix, writeMatrix } from '../data/matrix-file.js';
import { DataError } from '../errors.js';
import { defineStage, from, type MadeBy } from '../run/define.js';
import type tokenize from './tokenize.js';

const linearModel = defineStage({
  name: 'linear-model',
  params: z.strictObject({ width: z.int().positive() }),
  inputs: { tokens: from<typeof tokenize>() },
  outputs: { vectors: 'vectors.safetensors' },
  async run({ params: { width }, inputs: { tokens }, output }) {
    if (!tokens.has('corpus'))
      throw new DataError('experiment', 'contrast', 'the data have no corpus; add data.corpus');
    const corpus = await readTokenized(tokens.folder('corpus'));
    const column = corpus.attributes.get(PROFILE_COLUMN);
    const profiles = column && codesOf(columnAsStrings(column));
    const vectors = linearVectors(levelsOf(corpus, tokens.facts.genes), width, profiles);
    await writeMatrix(output.vectors, 'vectors', vectors);
    return { facts: { method: profiles ? 'discriminants' : 'components', width } };
  },
});
export default linearModel;

/** Returns the vectors of genes, vocabulary × width. */
export function readLinearModel(made: MadeBy<typeof linearModel>): Promise<DenseMatrix> {
  return readMatrix(made.file('vectors'), 'vectors');
}

/** Returns the index of each name among the distinct names, in order of first use. */
export function codesOf(names: readonly (string | null)[]): Int32Array {
  const codes = new Map<string | null, number>();
  return Int32Array.from(names, (name) => {
    if (!codes.has(name)) codes.set(name, codes.size);
    return codes.get(name)!;
  });
}
