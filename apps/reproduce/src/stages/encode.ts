/** Encodes counts as lists of genes: the cells and the corpus, or the cells of one disturbed context. */
import type { Progress } from '@geneformer-ts/core';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openAnnData, type CountMatrix } from '@geneformer-ts/io';
import {
  makeVocabulary,
  readTokenized,
  readVocabulary,
  saveVocabulary,
  tokenizeCells,
  type Vocabulary,
} from '@geneformer-ts/tokenizer';
import { PROFILE_COLUMN } from '../data/drawn-cells.js';
import { openOutput } from '../data/open-files.js';
import type { Stage, StageInputs } from '../run/stage.js';
import { assertCorpusApart } from '../transfer/leak.js';
import { binnedOrder, type CellTokens, reorderTokens, shuffledOrder } from '../transfer/reorder-tokens.js';
import type { EncodingParams } from './generalization.params.js';
import type { TokenizeParams } from './cell.params.js';

type Params = Pick<TokenizeParams, 'geneIds' | 'maxLength'> & { encoding: EncodingParams };

const stage: Stage<Params> = {
  async run({ identity, params, inputs, scratch, progress }) {
    await mkdir(scratch, { recursive: true });
    const [, , context] = identity.words;
    const vocabulary = withMedians(await readVocabulary(inputs.file('vocabulary', 'vocabulary')), params.encoding);
    const file = path.join(scratch, 'vocabulary.json');
    await saveVocabulary(file, vocabulary);
    const outputs: Record<string, string> = { vocabulary: file };
    const facts: Record<string, unknown> = {
      vocabulary: vocabulary.version,
      genes: vocabulary.size,
      medianDigest: vocabulary.medianDigest,
      maxLength: params.maxLength,
    };
    for (const [name, source] of await sourcesOf(inputs, context)) {
      try {
        outputs[name] = path.join(scratch, name);
        facts[name] = await encode(source, vocabulary, outputs[name], params, progress);
      } finally {
        await source.close();
      }
    }
    const { cells, corpus } = outputs;
    if (cells && corpus) {
      assertCorpusApart(await readTokenized(cells), await readTokenized(corpus), 'pretraining corpus');
    }
    return { outputs, facts };
  },
};
export default stage;

async function sourcesOf(inputs: StageInputs, context: string | undefined): Promise<[string, CountMatrix][]> {
  if (context !== undefined) return [['cells', await openAnnData(inputs.file(`shift-${context}`, 'cells'))]];
  const names = ['cells', 'corpus'].filter((output) => output in inputs.manifest('data').outputs);
  return Promise.all(names.map(async (name): Promise<[string, CountMatrix]> => [name, await openOutput(inputs, name)]));
}

/** Sets all medians to 1 for encodings that do not divide by the median. */
function withMedians(vocabulary: Vocabulary, { kind }: EncodingParams): Vocabulary {
  if (kind === 'rank-value' || kind === 'shuffled') return vocabulary;
  const median = new Float64Array(vocabulary.size).fill(1);
  return makeVocabulary(vocabulary.version, { ...vocabulary, median });
}

async function encode(
  source: CountMatrix,
  vocabulary: Vocabulary,
  folder: string,
  { encoding, geneIds, maxLength }: Params,
  onProgress: Progress,
) {
  await rm(folder, { recursive: true, force: true });
  const { kind } = encoding;
  const isFinal = kind === 'rank-value' || kind === 'rank';
  const ranked = isFinal ? folder : `${folder}-ranked`;
  const { cells, tokens, report } = await tokenizeCells(source, vocabulary, ranked, {
    // Binned cells are truncated after reordering, because genes within a bin are not sorted by level.
    maxLength: kind === 'binned' ? vocabulary.size : maxLength,
    keepCounts: kind === 'binned',
    specialTokens: false,
    countsFrom: 'computed',
    geneIds: geneIds === null ? 'index' : { column: geneIds },
    attributes: source.obs.columns.has(PROFILE_COLUMN) ? [PROFILE_COLUMN] : [],
    onProgress,
  });
  if (isFinal) return { cells, tokens, report };
  const written = await reorderTokens(ranked, folder, vocabulary, maxLength, orderOf(encoding));
  await rm(ranked, { recursive: true });
  return { ...written, report };
}

function orderOf(encoding: EncodingParams): (cell: CellTokens) => Int32Array {
  if (encoding.kind === 'shuffled') return ({ tokens, cellId }) => shuffledOrder(tokens, cellId, encoding.seed);
  return ({ tokens, counts, cellId }) => {
    if (!counts) throw new Error(`cell "${cellId}" has no counts to bin; tokenize with keepCounts`);
    return binnedOrder(tokens, counts);
  };
}
