/**
 * Rank value encoding of single-cell counts for Geneformer.
 *
 * A cell becomes the list of its genes' tokens, sorted by count / total / median of the gene in a large corpus: genes with an
 * unusually high expression level come first. The vocabulary defines which genes have tokens, and their medians. It is one of
 * the published ones, or built from a corpus.
 *
 * ```ts
 * import { openAnnData } from '@geneformer-ts/io';
 * import { loadVocabulary, readTokenized, tokenizeCells } from '@geneformer-ts/tokenizer';
 *
 * const vocabulary = await loadVocabulary('V1', 'dictionaries');
 * const cells = await openAnnData('pbmc3k.h5ad');
 * const { report } = await tokenizeCells(cells, vocabulary, 'pbmc3k.dataset', { attributes: ['cell_type'] });
 * report.knownShareOfCounts; // 0.961
 * const { inputIds, offsets } = await readTokenized('pbmc3k.dataset');
 * ```
 *
 * File formats are in the io package; this package does not depend on models.
 */
export { loadVocabulary, publishedDigests } from './vocabulary/published-vocabulary.js';
export type { PublishedVersion, PublishedVocabulary } from './vocabulary/published-vocabulary.js';
export { buildVocabulary } from './vocabulary/build-vocabulary.js';
export type { BuildOptions } from './vocabulary/build-vocabulary.js';
export { readVocabulary, saveVocabulary } from './vocabulary/vocabulary-file.js';
export { makeVocabulary, SPECIAL_TOKENS } from './vocabulary/vocabulary.js';
export type { Vocabulary, VocabularyParts } from './vocabulary/vocabulary.js';

export { tokenizeCells } from './dataset/tokenize-cells.js';
export type { TokenizeResult } from './dataset/tokenize-cells.js';
export type { SequenceShape, TokenizeOptions } from './dataset/tokenize-options.js';
export type { AttributeOption } from './dataset/attributes.js';
export type { CountsFrom, TotalsReport } from './counts/cell-totals.js';
export type { GeneIdOption } from './genes/gene-ids.js';
export { inspectCells } from './encode/source-encoder.js';
export type { GeneReport } from './genes/gene-report.js';
export { joinReports } from './genes/join-reports.js';
export type { GeneCounts } from './genes/resolve-genes.js';
export { openCellStore, readTokenized } from './dataset/read-tokenized.js';
export type { CellStoreOptions, OpenCellStore, TokenizedDataset } from './dataset/read-tokenized.js';
export type { Progress, ProgressEvent } from '@geneformer-ts/core';

export { MedianSketch } from './vocabulary/median-sketch.js';

export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
export {
  ColumnError,
  DictionaryMissingError,
  FractionalCountsError,
  GeneIdsMissingError,
  InvalidCountError,
  InvalidTotalError,
  LogNormalizedError,
  NoCellsError,
  NotTokenizedError,
  UnknownGenesError,
  VocabularyError,
} from './errors.js';
