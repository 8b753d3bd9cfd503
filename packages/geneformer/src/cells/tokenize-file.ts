import type { Progress } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import { tokenizeCells, type TokenizeResult } from '@geneformer-ts/tokenizer';
import { type CountOptions, tokenizerOptions } from './count-options.js';
import { type CountsReport, readableCounts, type RowRange, type TokenFormat } from './tokenized-cells.js';

/** What `Geneformer.tokenize` wrote. */
export interface TokenizedFile extends Omit<TokenizeResult, 'reports' | 'report'> {
  report: CountsReport;
}

/**
 * Writes the tokens of a file as a Hugging Face dataset.
 *
 * @param attributes obs columns to copy
 * @throws the errors of `tokenizeCells`
 */
export async function tokenizeFile(
  cells: AnnData,
  folder: string,
  { vocabulary, maxLength, keepCounts }: TokenFormat,
  options: CountOptions & {
    attributes: 'all' | readonly string[];
    onProgress: Progress;
    signal?: AbortSignal;
    /** Rows of the file to tokenize; default all. */
    rows?: RowRange;
  },
): Promise<TokenizedFile> {
  const { attributes, onProgress, signal, rows } = options;
  const { matrix, ...found } = await readableCounts(cells, options);
  const {
    report,
    reports: _,
    ...result
  } = await tokenizeCells(matrix, vocabulary, folder, {
    maxLength,
    keepCounts,
    attributes,
    ...tokenizerOptions(options, found.species),
    onProgress,
    ...(rows && { rows }),
    ...(signal && { signal }),
  });
  return { ...result, report: { ...report, ...found } };
}
