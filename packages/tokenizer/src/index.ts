/**
 * Rank value encoding of single-cell counts, as Geneformer reads them.
 *
 * A cell becomes the list of its genes' tokens, ordered by count / total / median of the gene over a large corpus: what
 * is unusually high in this cell comes first. The vocabulary says which genes have tokens and what their medians are; it
 * is one of the published ones, or built from the corpus at hand.
 *
 * ```ts
 * import { openCells } from '@geneformer-ts/io';
 * import { loadVocabulary, readTokenized, tokenizeCells } from '@geneformer-ts/tokenizer';
 *
 * const vocabulary = await loadVocabulary('V1', 'dictionaries');
 * const cells = await openCells('pbmc3k.h5ad');
 * const { report } = await tokenizeCells(cells, vocabulary, 'pbmc3k.dataset', { attributes: ['cell_type'] });
 * report.knownShareOfCounts; // 0.961
 * const { inputIds, offsets } = await readTokenized('pbmc3k.dataset');
 * ```
 *
 * This package reads no file formats itself (that is io) and knows nothing of models.
 */
export { loadVocabulary, publishedDigests } from './published-vocabulary.js';
export type { PublishedVersion, PublishedVocabulary } from './published-vocabulary.js';
export { buildVocabulary } from './build-vocabulary.js';
export type { BuildOptions } from './build-vocabulary.js';
export { readVocabulary, saveVocabulary } from './vocabulary-file.js';
export { makeVocabulary, SPECIAL_TOKENS } from './vocabulary.js';
export type { Vocabulary, VocabularyParts } from './vocabulary.js';

export { tokenizeCells } from './tokenize-cells.js';
export type { TokenizeResult } from './tokenize-cells.js';
export type { SequenceShape, TokenizeOptions } from './tokenize-options.js';
export type { AttributeOption } from './attributes.js';
export type { CountsFrom, TotalsReport } from './cell-totals.js';
export type { GeneIdOption } from './gene-ids.js';
export { inspectCells } from './inspect-cells.js';
export type { GeneReport } from './gene-report.js';
export type { GeneCounts } from './resolve-genes.js';
export { readTokenized } from './read-tokenized.js';
export type { TokenizedDataset } from './read-tokenized.js';
export type { Progress, ProgressEvent } from '@geneformer-ts/core';

export { MedianSketch } from './median-sketch.js';

export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
export {
  ColumnError,
  DictionaryMissingError,
  FractionalCountsError,
  GeneIdsMissingError,
  InvalidCountError,
  InvalidTotalError,
  LogNormalisedError,
  NoCellsError,
  NotTokenizedError,
  UnknownGenesError,
  VocabularyError,
} from './errors.js';
