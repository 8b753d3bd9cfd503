import type { Progress } from '@geneformer-ts/core';
import { buildVocabulary, loadVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import type { MadeBy } from '../run/define.js';
import type { TokenizeParams } from '../stages/cell.params.js';
import type dataStage from '../stages/data.js';
import { assetFolder, dataFile } from './data-files.js';
import { openOutput } from './open-files.js';

/** Returns the vocabulary of a profile: the published one, or one with the medians of the profile's own corpus. */
export async function vocabularyFor(
  params: Pick<TokenizeParams, 'vocabulary' | 'dictionaries'>,
  data: MadeBy<typeof dataStage>,
  progress: Progress,
): Promise<Vocabulary> {
  if (params.vocabulary !== 'corpus') {
    return loadVocabulary(params.vocabulary, await dictionariesFor(params.vocabulary, params.dictionaries, progress));
  }
  const source = await openOutput(data, data.has('corpus') ? 'corpus' : 'cells');
  try {
    return await buildVocabulary([source], { version: 'corpus', specialTokens: false, onProgress: progress });
  } finally {
    await source.close();
  }
}

async function dictionariesFor(version: 'V1' | 'V2', folder: string | undefined, progress: Progress): Promise<string> {
  if (folder !== undefined) return dataFile(folder);
  const parts = ['tokens', 'medians', 'names', 'mapping'];
  return assetFolder(
    parts.map((part) => `${version.toLowerCase()}-${part}`),
    progress,
  );
}
