/** Writes the vocabulary that all encodings share: the genes with tokens, and their medians. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { saveVocabulary } from '@geneformer-ts/tokenizer';
import { vocabularyFor } from '../data/vocabulary-for.js';
import type { Stage } from '../run/stage.js';
import type { TokenizeParams } from './cell.params.js';

const stage: Stage<Pick<TokenizeParams, 'vocabulary' | 'dictionaries'>> = {
  async run({ params, inputs, scratch, progress }) {
    await mkdir(scratch, { recursive: true });
    const vocabulary = await vocabularyFor(params, inputs, progress);
    const file = path.join(scratch, 'vocabulary.json');
    await saveVocabulary(file, vocabulary);
    return {
      outputs: { vocabulary: file },
      facts: { vocabulary: vocabulary.version, genes: vocabulary.size, digest: vocabulary.digest },
    };
  },
};
export default stage;
