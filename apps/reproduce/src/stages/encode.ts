/** Encodes counts as lists of genes: the cells and the corpus, or the cells of one disturbed context. */
import type { Progress } from '@geneformer-ts/core';
import { rm } from 'node:fs/promises';
import { openAnnData, type CountMatrix } from '@geneformer-ts/io';
import {
  makeVocabulary,
  readTokenized,
  readVocabulary,
  saveVocabulary,
  tokenizeCells,
  type TokenizeResult,
  type Vocabulary,
} from '@geneformer-ts/tokenizer';
import type { z } from 'zod';
import { PROFILE_COLUMN } from '../data/drawn-cells.js';
import { openOutput } from '../data/open-files.js';
import { defineStage, from, type MadeBy, optional } from '../run/define.js';
import { assertCorpusApart } from '../transfer/leak.js';
import { binnedOrder, type CellTokens, reorderTokens, shuffledOrder } from '../transfer/reorder-tokens.js';
import { tokenizeParams } from './cell.params.js';
import type dataStage from './data.js';
import { encodingParams, type EncodingParams } from './generalization.params.js';
import type shift from './shift.js';
import type vocabularyStage from './vocabulary.js';

const encodeParams = tokenizeParams.pick({ geneIds: true, maxLength: true }).extend({ encoding: encodingParams });
type Params = z.infer<typeof encodeParams>;

export default defineStage({
  name: 'encode',
  params: encodeParams,
  inputs: {
    vocabulary: from<typeof vocabularyStage>(),
    data: optional<typeof dataStage>(),
    shifted: optional<typeof shift>(),
  },
  outputs: { vocabulary: 'vocabulary.json', cells: { optional: 'cells' }, corpus: { optional: 'corpus' } },
  cores: 'half',
  async run({ params, inputs, output, progress }) {
    const vocabulary = withMedians(await readVocabulary(inputs.vocabulary.file('vocabulary')), params.encoding);
    await saveVocabulary(output.vocabulary, vocabulary);
    const encoded: { cells?: Encoded; corpus?: Encoded } = {};
    for (const [name, source] of await sourcesOf(inputs)) {
      try {
        encoded[name] = await encode(source, vocabulary, output[name], params, progress);
      } finally {
        await source.close();
      }
    }
    if (encoded.cells && encoded.corpus) {
      assertCorpusApart(await readTokenized(output.cells), await readTokenized(output.corpus), 'pretraining corpus');
    }
    const { version, size, medianDigest } = vocabulary;
    return { facts: { vocabulary: version, genes: size, medianDigest, maxLength: params.maxLength, ...encoded } };
  },
});

type Encoded = Pick<TokenizeResult, 'cells' | 'tokens' | 'report'>;
type Named = ['cells' | 'corpus', CountMatrix];

async function sourcesOf({
  data,
  shifted,
}: {
  data: MadeBy<typeof dataStage> | undefined;
  shifted: MadeBy<typeof shift> | undefined;
}): Promise<Named[]> {
  if (shifted) return [['cells', await openAnnData(shifted.file('cells'))]];
  const names = (['cells', 'corpus'] as const).filter((name) => data?.has(name));
  return Promise.all(names.map(async (name): Promise<Named> => [name, await openOutput(data!, name)]));
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
