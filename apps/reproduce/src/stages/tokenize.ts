/** Turns counts into ranked genes: a vocabulary with medians, and every cell as a list of tokens. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openCells, type CellSource } from '@geneformer-ts/io';
import {
  buildVocabulary,
  loadVocabulary,
  saveVocabulary,
  tokenizeCells,
  type TokenizeResult,
  type Vocabulary,
} from '@geneformer-ts/tokenizer';
import { assetFolder } from '../data/assets.js';
import { dataFile } from '../data/data-file.js';
import { PROFILE_COLUMN } from '../data/held-out.js';
import type { Progress } from '../run/progress.js';
import type { Stage, StageInputs } from '../run/stage.js';
import type { TokenizeParams } from './tokenize.params.js';

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
      const result = await tokenize(await open(inputs, name), vocabulary, folder, params, progress);
      outputs[name] = folder;
      facts[name] = { cells: result.cells, tokens: result.tokens, report: result.report };
    }
    return { outputs, facts };
  },
};
export default stage;

async function vocabularyFor(params: TokenizeParams, inputs: StageInputs, progress: Progress): Promise<Vocabulary> {
  if (params.vocabulary !== 'corpus') {
    return loadVocabulary(params.vocabulary, await dictionariesFor(params.vocabulary, params.dictionaries, progress));
  }
  const hasCorpus = 'corpus' in inputs.manifest('data').outputs;
  const source = await open(inputs, hasCorpus ? 'corpus' : 'cells');
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

async function tokenize(
  source: CellSource,
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

/** Opens an output of the data stage under the name that a person knows it by, which messages and the dataset then carry. */
async function open(inputs: StageInputs, output: string): Promise<CellSource> {
  const source = await openCells(inputs.file('data', output));
  source.path = inputs.fact<string[]>('data', 'files').join(', ');
  return source;
}
