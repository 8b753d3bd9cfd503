/** Fits a linear model to the unlabeled cells of the corpus: the peer of the pretrained transformer, and the vectors it starts from. */
import { columnAsStrings, readSafetensors, writeSafetensors } from '@geneformer-ts/io';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import type { DenseMatrix } from '@geneformer-ts/baselines';
import { PROFILE_COLUMN } from '../data/drawn-cells.js';
import { levelsOf, linearVectors } from '../data/linear-vectors.js';
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
    await writeSafetensors(
      output.vectors,
      new Map([['vectors', { shape: [vectors.rows, width], data: vectors.data }]]),
    );
    return { facts: { method: profiles ? 'discriminants' : 'components', width } };
  },
});
export default linearModel;

/** Returns the vectors of genes, vocabulary × width. */
export async function readLinearModel(made: MadeBy<typeof linearModel>): Promise<DenseMatrix> {
  const { shape, data } = (await readSafetensors(made.file('vectors'))).tensors.get('vectors')!;
  return { rows: shape[0], cols: shape[1], data: data as Float32Array };
}

/** Returns the index of each name among the distinct names, in order of first use. */
export function codesOf(names: readonly (string | null)[]): Int32Array {
  const codes = new Map<string | null, number>();
  return Int32Array.from(names, (name) => {
    if (!codes.has(name)) codes.set(name, codes.size);
    return codes.get(name)!;
  });
}
