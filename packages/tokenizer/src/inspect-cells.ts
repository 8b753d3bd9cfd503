import type { CellSource } from '@geneformer-ts/io';
import type { GeneReport } from './gene-report.js';
import { SourceEncoder } from './source-encoder.js';
import type { TokenizeOptions } from './tokenize-options.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * The gene report that `tokenizeCells` would give, without writing anything. With `minKnownShare: 0` it also reports
 * on files that would be refused for their genes.
 *
 * @throws what `tokenizeCells` throws about the source
 */
export async function inspectCells(
  source: CellSource,
  vocabulary: Vocabulary,
  options: TokenizeOptions = {},
): Promise<GeneReport> {
  const encoder = new SourceEncoder(source, vocabulary, options);
  const blocks = encoder.blocks();
  while ((await blocks.next()).done !== true);
  return encoder.report();
}
