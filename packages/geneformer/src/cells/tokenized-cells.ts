import type { Progress } from '@geneformer-ts/core';
import { type AnnData, type CountMatrix, openDataset } from '@geneformer-ts/io';
import type { BertModel } from '@geneformer-ts/model';
import {
  type GeneReport,
  openCellStore,
  type OpenCellStore,
  tokenizeCells,
  type Vocabulary,
} from '@geneformer-ts/tokenizer';
import { join, mkdtemp, rm, tmpdir } from '@geneformer-ts/core/system';
import { type CountOptions, tokenizerOptions } from './count-options.js';
import { rawCounts } from './raw-counts.js';
import { humanGenes, type Species } from './species.js';

/** How a model reads counts. */
export interface TokenFormat {
  vocabulary: Vocabulary;
  /** Maximum number of tokens per cell. */
  maxLength: number;
  /** Whether the model reads expression levels besides the tokens. */
  keepCounts: boolean;
}

/** Returns how a model reads counts: no cell has more tokens than the model has positions. */
export function tokenFormat({ config }: BertModel, vocabulary: Vocabulary): TokenFormat {
  const published = vocabulary.version === 'V2' ? 4096 : 2048;
  const maxLength = Math.min(published, config.max_position_embeddings);
  return { vocabulary, maxLength, keepCounts: config.expression_levels === true };
}

/** Rows of a file, from `from` up to `to`. */
export interface RowRange {
  from: number;
  to: number;
}

/** Counts and genes that were read of a file. */
export interface CountsReport extends GeneReport {
  species: Species;
  /** Where the raw counts were found. */
  countsFrom: string;
  /** Mouse genes with a one-to-one human ortholog. */
  orthologs?: { genes: number; of: number };
}

/** Tokenized cells in a temporary folder, so that memory does not grow with the tokens. */
export interface TokenizedCells extends AsyncDisposable {
  store: OpenCellStore;
  /** Row in the file of each tokenized cell. Cells without a known gene have none. */
  rows: Int32Array;
  report: CountsReport;
}

/** Name of the attribute with the row of a cell. */
const ROW = 'geneformer_row';

/**
 * Tokenizes all cells of a file for a model. The tokens are in a temporary folder until the result is disposed.
 *
 * @throws the errors of `tokenizeCells` about the file; CellsUnfitError; FieldMissingError for an unknown layer
 */
export async function tokenizedCells(
  adata: AnnData,
  format: TokenFormat,
  options: CountOptions & {
    onProgress?: Progress;
    signal?: AbortSignal | undefined;
    /** Rows of the file to tokenize; default all. */
    rows?: RowRange;
  },
): Promise<TokenizedCells> {
  const folder = await mkdtemp(join(tmpdir(), 'geneformer-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { matrix, ...found } = await readableCounts(adata, options);
    const { onProgress, signal, rows: range } = options;
    const dataset = join(folder, 'cells.dataset');
    const { report } = await tokenizeCells(withRowNumbers(matrix), format.vocabulary, dataset, {
      maxLength: format.maxLength,
      keepCounts: format.keepCounts,
      attributes: [ROW],
      ...tokenizerOptions(options, found.species),
      ...(range && { rows: range }),
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    const rows = await rowNumbers(dataset, report.cells.written);
    const store = await openCellStore(dataset, { cellIds: false });
    const dispose = async (): Promise<void> => {
      store.close();
      await remove();
    };
    return { store, rows, report: { ...report, ...found }, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The counts of a file with human genes, and how they were found. */
export interface ReadableCounts {
  matrix: CountMatrix;
  species: Species;
  countsFrom: string;
  orthologs?: { genes: number; of: number };
}

/** Finds the raw counts of a file and gives their genes human ids. */
export async function readableCounts(adata: AnnData, { layer, species }: CountOptions): Promise<ReadableCounts> {
  const counts = await rawCounts(adata, layer);
  const genes = await humanGenes(counts.matrix, species);
  return {
    matrix: genes.matrix,
    species: genes.species,
    countsFrom: counts.from,
    ...(genes.mapped && { orthologs: genes.mapped }),
  };
}

/** Returns the matrix with its rows as an attribute, and without columns by which the tokenizer would leave out cells. */
function withRowNumbers(matrix: CountMatrix): CountMatrix {
  const { index, columns } = matrix.obs;
  const totals = columns.get('n_counts');
  const values = Float64Array.from({ length: index.length }, (_, row) => row);
  const kept = new Map([[ROW, { kind: 'number' as const, values }]]);
  return { ...matrix, obs: { index, columns: totals ? new Map([...kept, ['n_counts', totals]]) : kept } };
}

async function rowNumbers(dataset: string, cells: number): Promise<Int32Array> {
  const rows = new Int32Array(cells);
  let at = 0;
  for await (const { columns } of (await openDataset(dataset, { columns: [ROW] })).batches()) {
    for (const row of columns[ROW] as Iterable<number | bigint>) rows[at++] = Number(row);
  }
  return rows;
}
