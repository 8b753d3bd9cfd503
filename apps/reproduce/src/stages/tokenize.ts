/** Tokenizes counts: writes a vocabulary with medians, and every cell as a list of tokens. */
import type { Progress } from '@geneformer-ts/core';
import { rm } from 'node:fs/promises';
import type { CountMatrix } from '@geneformer-ts/io';
import { saveVocabulary, tokenizeCells, type TokenizeResult, type Vocabulary } from '@geneformer-ts/tokenizer';
import { PROFILE_COLUMN } from '../data/drawn-cells.js';
import { openOutput } from '../data/open-files.js';
import { vocabularyFor } from '../data/vocabulary-for.js';
import { defineStage, from } from '../run/define.js';
import { tokenizeParams, type TokenizeParams } from './cell.params.js';
import type data from './data.js';

/** Numbers of cells and tokens, and what became of the genes. */
type Tokenized = Pick<TokenizeResult, 'cells' | 'tokens' | 'report'>;

export default defineStage({
  name: 'tokenize',
  params: tokenizeParams,
  inputs: { data: from<typeof data>() },
  outputs: { vocabulary: 'vocabulary.json', cells: { optional: 'cells' }, corpus: { optional: 'corpus' } },
  files: ({ dictionaries }) => [dictionaries],
  async run({ params, inputs: { data }, output, progress }) {
    const vocabulary = await vocabularyFor(params, data, progress);
    await saveVocabulary(output.vocabulary, vocabulary);
    const tokenized: { cells?: Tokenized; corpus?: Tokenized } = {};
    for (const name of (['cells', 'corpus'] as const).filter((one) => data.has(one))) {
      await rm(output[name], { recursive: true, force: true });
      const source = await openOutput(data, name);
      const { cells, tokens, report } = await tokenize(source, vocabulary, output[name], params, progress);
      tokenized[name] = { cells, tokens, report };
    }
    const facts = {
      vocabulary: vocabulary.version,
      genes: vocabulary.size,
      specials: vocabulary.tokens.filter((token) => token.startsWith('<')).length,
      digest: vocabulary.digest,
      ...tokenized,
    };
    return { facts };
  },
});

async function tokenize(
  source: CountMatrix,
  vocabulary: Vocabulary,
  folder: string,
  { geneIds, maxLength, keepCounts }: TokenizeParams,
  onProgress: Progress,
): Promise<TokenizeResult> {
  try {
    return await tokenizeCells(source, vocabulary, folder, {
      maxLength,
      specialTokens: false,
      keepCounts,
      geneIds: geneIds === null ? 'index' : { column: geneIds },
      attributes: source.obs.columns.has(PROFILE_COLUMN) ? [PROFILE_COLUMN] : [],
      onProgress,
    });
  } finally {
    await source.close();
  }
}
