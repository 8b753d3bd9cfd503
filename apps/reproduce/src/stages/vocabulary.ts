/** Writes the vocabulary that all encodings share: the genes with tokens, and their medians. */
import { saveVocabulary } from '@geneformer-ts/tokenizer';
import { vocabularyFor } from '../data/vocabulary-for.js';
import { defineStage, from } from '../run/define.js';
import { tokenizeParams } from './cell.params.js';
import type data from './data.js';

export default defineStage({
  name: 'vocabulary',
  params: tokenizeParams.pick({ vocabulary: true, dictionaries: true }),
  inputs: { data: from<typeof data>() },
  outputs: { vocabulary: 'vocabulary.json' },
  cores: 'half',
  files: ({ dictionaries }) => [dictionaries],
  async run({ params, inputs: { data }, output, progress }) {
    const vocabulary = await vocabularyFor(params, data, progress);
    await saveVocabulary(output.vocabulary, vocabulary);
    return { facts: { vocabulary: vocabulary.version, genes: vocabulary.size, digest: vocabulary.digest } };
  },
});
