import { ArgumentError, checkOptions, type OptionNames, type Progress } from '@geneformer-ts/core';
import { type CountMatrix, otherFeatureTypes } from '@geneformer-ts/io';
import { BlockRun } from '../blocks/block-run.js';
import type { BlockFacts } from '../blocks/block-work.js';
import { CellTotals, type CountsFrom } from '../counts/cell-totals.js';
import { cellsThatPass, checkWholeCounts, type ValueCounts, withCountLayers } from '../counts/count-rules.js';
import { InvalidCountError, NoCellsError } from '../errors.js';
import { geneKey, isEnsemblId } from '../genes/gene-id.js';
import { type GeneIdOption, readGeneIds } from '../genes/gene-ids.js';
import { MedianSketch, type SketchParts } from './median-sketch.js';
import { makeVocabulary, SPECIAL_TOKENS, type Vocabulary } from './vocabulary.js';

/** Options of `buildVocabulary`. */
export interface BuildOptions {
  /** Name of the vocabulary; not V1 or V2, the names of the published ones. */
  version: string;
  /** Whether the vocabulary has `<cls>` and `<eos>`; default true. */
  specialTokens?: boolean;
  /** Minimum number of cells in which a gene must be detected; default 1. */
  minCells?: number;
  /** Whether a gene may have a token, by its id without genome and version. Default: all except ERCC spike-ins. */
  keepGene?: (id: string) => boolean;
  /** Where the gene ids are. Default: the var column or index with the most Ensembl ids. */
  geneIds?: GeneIdOption;
  /** Where the total of a cell comes from; default 'auto', as for `tokenizeCells`. */
  countsFrom?: CountsFrom;
  /** The obs column of totals; default n_counts. */
  countsColumn?: string;
  /** Whether to accept counts that are not whole numbers; default false. */
  allowFractional?: boolean;
  /** Cells per block; the result does not depend on it. Default 512. */
  blockRows?: number;
  /** Number of worker threads, as for `tokenizeCells`. */
  workers?: number;
  onProgress?: Progress;
  signal?: AbortSignal;
}

const known: OptionNames<BuildOptions> = {
  version: true,
  specialTokens: true,
  minCells: true,
  keepGene: true,
  geneIds: true,
  countsFrom: true,
  countsColumn: true,
  allowFractional: true,
  blockRows: true,
  workers: true,
  onProgress: true,
  signal: true,
};

const notSpikeIn = (id: string): boolean => !/^ERCC-\d+$/.test(id);

/**
 * Builds a vocabulary from a corpus: one token per detected gene, sorted by id, and the median of each gene's non-zero counts
 * per 10,000 over all cells that pass the filter (the method of Geneformer's medians, Theodoris et al. 2023). Medians are exact
 * for genes in up to 512 cells and within 0.4 % for others. They do not depend on the order of the sources or on the block size.
 *
 * ```ts
 * const vocabulary = await buildVocabulary([await openAnnData('corpus.h5ad')], { version: 'thymus', minCells: 3 });
 * await saveVocabulary('thymus.json', vocabulary);
 * ```
 *
 * @throws GeneIdsMissingError, InvalidCountError, LogNormalizedError, FractionalCountsError, InvalidTotalError,
 *   ColumnError; NoCellsError if no gene is detected; ArgumentError if `version` is empty, V1 or V2
 */
export async function buildVocabulary(sources: readonly CountMatrix[], options: BuildOptions): Promise<Vocabulary> {
  checkOptions('buildVocabulary', options, known);
  const { version, minCells = 1, keepGene = notSpikeIn } = options;
  if (typeof version !== 'string' || version === 'V1' || version === 'V2' || version === '') {
    throw ArgumentError.of('version', version, 'a name other than those of the published vocabularies');
  }
  if (!Number.isInteger(minCells) || minCells < 1) {
    throw ArgumentError.of('minCells', minCells, 'a whole number of at least 1');
  }
  const geneOf = new Map<string, number>();
  const geneOfColumns = sources.map((source) => {
    const { ids } = readGeneIds(source, isEnsemblId, options.geneIds, false);
    return Int32Array.from(ids, (raw) => {
      const id = geneKey(raw);
      if (id === '' || !isKept(id, keepGene)) return -1;
      const gene = geneOf.get(id) ?? geneOf.size;
      geneOf.set(id, gene);
      return gene;
    });
  });
  const sketch = new MedianSketch(geneOf.size);
  for (const [index, source] of sources.entries()) await addSource(sketch, source, geneOfColumns[index], options);

  const genes = [...geneOf].filter(([, gene]) => sketch.count(gene) >= minCells).sort(([a], [b]) => (a < b ? -1 : 1));
  if (genes.length === 0) {
    const total = sources.reduce((sum, { nObs }) => sum + nObs, 0);
    throw new NoCellsError(sources.map(({ path }) => path).join(', '), { total, filtered: 0, empty: total, minCells });
  }
  const specials = SPECIAL_TOKENS.slice(0, options.specialTokens === false ? 2 : 4);
  return makeVocabulary(version, {
    version,
    tokens: [...specials, ...genes.map(([id]) => id)],
    median: [...specials.map(() => NaN), ...genes.map(([, gene]) => sketch.median(gene))],
  });
}

/** Calls `keepGene`. A promise, which an async function returns, would be true for every gene. */
function isKept(id: string, keepGene: (id: string) => boolean): boolean {
  const kept: unknown = keepGene(id);
  if (typeof kept === 'boolean') return kept;
  throw ArgumentError.of('keepGene', typeof kept, 'a function that returns true or false');
}

/** Streams one source into the sketch. */
async function addSource(
  sketch: MedianSketch,
  source: CountMatrix,
  geneOfColumn: Int32Array,
  options: BuildOptions,
): Promise<void> {
  const others = otherFeatureTypes(source.var);
  const uncounted = others && Uint8Array.from(others, (type) => (type === undefined ? 0 : 1));
  const isMixed = (source.setApart ?? []).length > 0 || uncounted?.includes(1) === true;
  const totals = new CellTotals(source, options, isMixed);
  const values: ValueCounts = { nonZero: 0, fractional: 0, largest: 0 };
  const cells = { keep: cellsThatPass(source), totals };
  const run = new BlockRun<BlockFacts, SketchParts>(
    source,
    { kind: 'medians', geneOfColumn, genes: sketch.genes, uncounted },
    cells,
    options,
  );
  try {
    for await (const { rowStart, rows, scan } of run.results()) {
      if (scan.invalidRow >= 0) {
        throw new InvalidCountError(source.path, source.obs.index[rowStart + scan.invalidRow], scan.invalidValue);
      }
      values.nonZero += scan.nonZero;
      values.fractional += scan.fractional;
      values.largest = Math.max(values.largest, scan.largest);
      if (options.allowFractional !== true) checkWholeCounts(source.path, values);
      totals.ofBlock(rowStart, scan.totals);
      options.onProgress?.({
        stage: 'medians',
        done: rowStart + rows,
        total: source.nObs,
        unit: 'cells',
        detail: source.path,
      });
    }
    for await (const parts of run.rests()) sketch.merge(MedianSketch.from(parts));
  } catch (cause) {
    throw await withCountLayers(cause, source);
  } finally {
    await run.close();
  }
}
