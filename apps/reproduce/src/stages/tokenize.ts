/** Tokenizes counts: writes a vocabulary with medians, and every cell as a list of tokens. */
import type { Progress } from '@geneformer-ts/core';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CountMatrix } from '@geneformer-ts/io';
import { saveVocabulary, tokenizeCells, type TokenizeResult, type Vocabulary } from '@geneformer-ts/tokenizer';
import { PROFILE_COLUMN } from '../data/drawn-cells.js';
import { openOutput } from '../data/open-files.js';
import { vocabularyFor } from '../data/vocabulary-for.js';
import type { Stage } from '../run/stage.js';
import type { TokenizeParams } from './cell.params.js';

const stage: Stage<TokenizeParams> = {
  async run({ params, inputs, scratch, progress }) {
    await mkdir(scratch, { recursive: true });
    const vocabulary = await vocabularyFor(params, inputs, progress);
    const vocabularyFile = path.join(scratch, 'vocabulary.json');
    await saveVocabulary(vocabularyFile, vocabulary);

    const outputs: Record<string, string> = { vocabulary: vocabularyFile };
    const facts: Record<string, unknown> = {
      vocabulary: vocabulary.version,
      genes: vocabulary.size,
      specials: vocabulary.tokens.filter((token) => token.startsWith('<')).length,
      digest: vocabulary.digest,
    };
    for (const name of ['cells', 'corpus'].filter((output) => output in inputs.manifest('data').outputs)) {
      const folder = path.join(scratch, name);
      await rm(folder, { recursive: true, force: true });
      const result = await tokenize(await openOutput(inputs, name), vocabulary, folder, params, progress);
      outputs[name] = folder;
      facts[name] = { cells: result.cells, tokens: result.tokens, report: result.report };
    }
    return { outputs, facts };
  },
};
export default stage;

async function tokenize(
  source: CountMatrix,
  vocabulary: Vocabulary,
  folder: string,
  { geneIds, maxLength }: TokenizeParams,
  onProgress: Progress,
): Promise<TokenizeResult> {
  try {
    return await tokenizeCells(source, vocabulary, folder, {
      maxLength,
      specialTokens: false,
      geneIds: geneIds === null ? 'index' : { column: geneIds },
      attributes: source.obs.columns.has(PROFILE_COLUMN) ? [PROFILE_COLUMN] : [],
      onProgress,
    });
  } finally {
    await source.close();
  }
}
