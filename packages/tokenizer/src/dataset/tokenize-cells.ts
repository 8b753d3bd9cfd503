import { ArgumentError, checkOptions } from '@geneformer-ts/core';
import { type CountMatrix, createDataset, type Feature } from '@geneformer-ts/io';
import { basename } from '@geneformer-ts/core/system';
import { type EncodedCells, SourceEncoder } from '../encode/source-encoder.js';
import { NoCellsError } from '../errors.js';
import { type GeneReport, mergeReports } from '../genes/gene-report.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';
import { type Attribute, planAttributes } from './attributes.js';
import { type SequenceShape, sequenceShape, type TokenizeOptions, tokenizeOptionNames } from './tokenize-options.js';

/** The result of `tokenizeCells`. */
export interface TokenizeResult extends SequenceShape {
  /** Report over all sources. */
  report: GeneReport;
  /** One report per source, in their order. */
  reports: GeneReport[];
  /** Number of cells written. */
  cells: number;
  /** Number of tokens written. */
  tokens: number;
}

/**
 * Tokenizes the cells of one or more files into a dataset: a Hugging Face `datasets` folder with the columns `input_ids`,
 * `length`, `cell_id`, `source`, `n_counts` (the total that the counts were divided by), the attributes and optionally `counts`.
 * Cells keep their order. Cells without a known gene are dropped and reported.
 *
 * The folder gets its name once it is complete; a failed call leaves nothing behind.
 *
 * ```ts
 * const cells = await openAnnData('pbmc3k.h5ad');
 * const { report } = await tokenizeCells(cells, vocabulary, 'pbmc3k.dataset', { attributes: ['cell_type'] });
 * report.knownShareOfCounts; // 0.961
 * ```
 *
 * @throws GeneIdsMissingError, UnknownGenesError, LogNormalizedError, FractionalCountsError, InvalidCountError,
 *   InvalidTotalError, ColumnError, ArgumentError, NoCellsError
 */
export async function tokenizeCells(
  source: CountMatrix | readonly CountMatrix[],
  vocabulary: Vocabulary,
  outDir: string,
  options: TokenizeOptions = {},
): Promise<TokenizeResult> {
  checkOptions('tokenizeCells', options, tokenizeOptionNames);
  const sources: readonly CountMatrix[] = 'blocks' in source ? [source] : source;
  if (sources.length === 0) throw ArgumentError.of('source', [], 'at least one file');
  const shape = sequenceShape(vocabulary, options);
  const encoders = sources.map((from) => new SourceEncoder(from, vocabulary, options));
  const attributes = planAttributes(sources, options.attributes ?? [], totalsOfObs(encoders, options));
  const nameOf = options.sourceName ?? ((path) => basename(path));

  const dataset = await createDataset(outDir, featuresOf(attributes, options), {
    metadata: metadataOf(vocabulary, shape),
  });
  let cells = 0;
  let tokens = 0;
  try {
    for (const [index, encoder] of encoders.entries()) {
      const name = nameOf(encoder.source.path);
      for await (const block of encoder.blocks()) {
        if (block.cells === 0) continue;
        await dataset.append({ rows: block.cells, columns: columnsOf(block, encoder.source, index, name, attributes) });
        cells += block.cells;
        tokens += block.inputIds.length;
      }
    }
    const reports = encoders.map((encoder) => encoder.report());
    const report = mergeReports(reports);
    if (cells === 0 && options.rows === undefined)
      throw new NoCellsError(report.path, { ...report.cells, counts: report.counts.total });
    await dataset.close();
    return { report, reports, cells, tokens, ...shape };
  } catch (error) {
    await dataset.abort();
    throw error;
  }
}

/** Returns the obs column that is already written as n_counts; undefined if some source has other totals in its n_counts. */
function totalsOfObs(
  encoders: readonly SourceEncoder[],
  { countsColumn = 'n_counts' }: TokenizeOptions,
): string | undefined {
  const written = encoders.every(
    ({ source, hasStatedTotals }) => hasStatedTotals || !source.obs.columns.has('n_counts'),
  );
  return countsColumn === 'n_counts' && written ? countsColumn : undefined;
}

function featuresOf(attributes: readonly Attribute[], options: TokenizeOptions): Record<string, Feature> {
  return {
    input_ids: { list: 'int64' },
    length: 'int64',
    cell_id: 'string',
    source: 'string',
    n_counts: 'float64',
    ...(options.keepCounts === true && { counts: { list: 'float32' } }),
    ...Object.fromEntries(attributes.map(({ name, feature }) => [name, feature])),
  };
}

function metadataOf(vocabulary: Vocabulary, shape: SequenceShape): Record<string, string> {
  return {
    vocabulary_version: vocabulary.version,
    vocabulary_digest: vocabulary.digest,
    median_digest: vocabulary.medianDigest,
    vocabulary_size: String(vocabulary.size),
    max_length: String(shape.maxLength),
    special_tokens: String(shape.specialTokens),
  };
}

function columnsOf(
  encoded: EncodedCells,
  source: CountMatrix,
  index: number,
  name: string,
  attributes: readonly Attribute[],
) {
  const { offsets, rowOf } = encoded;
  const lengths = new Int32Array(encoded.cells);
  for (let cell = 0; cell < encoded.cells; cell++) lengths[cell] = offsets[cell + 1] - offsets[cell];
  return {
    input_ids: { offsets, values: encoded.inputIds },
    length: lengths,
    cell_id: rowOf.map((row) => source.obs.index[row]),
    source: new Array<string>(encoded.cells).fill(name),
    n_counts: encoded.totals,
    ...(encoded.counts && { counts: { offsets, values: encoded.counts } }),
    ...Object.fromEntries(attributes.map((attribute) => [attribute.name, attribute.take(index, rowOf)])),
  };
}
