import { ArgumentError, checkOptions } from '@geneformer-ts/core';
import type { CsrBlock, DataFrame } from '@geneformer-ts/io';
import { drawBiology } from './biology/biology.js';
import { makeBlocks } from './cells/blocks.js';
import { CellMaker } from './cells/cell-maker.js';
import { makeObs } from './cells/obs.js';
import { cellTypes } from './design/cell-types.js';
import { settle, thymusOptionNames, type ThymusOptions, type ThymusSettings } from './design/options.js';
import { CellIndexError } from './errors.js';
import { tellTruth, type ThymusTruth } from './truth.js';

/** Default number of cells per block. */
const BLOCK_ROWS = 256;

/** The true state of one cell. */
export interface CellTruth {
  /** Fate on the axis from cortex (0) to medulla (1); NaN for cells that are not thymic epithelium. */
  fate: number;
  /** Type of the second cell of a doublet. */
  partner: string | null;
  /** By regulator, in the order of `truth.regulators`: logarithm of the dose, and response from 0 to 1. */
  logDose: Float64Array;
  response: Float64Array;
  /** By program, in the order of `truth.programmes`. */
  scores: Float64Array;
}

/** A simulation: tables of its cells and genes, its ground truth, and a stream of its counts. */
export interface SimulatedCells {
  settings: ThymusSettings;
  nObs: number;
  nVars: number;
  /**
   * Table of the cells. `n_counts`, `n_genes` and `truth_ambient_counts` are NaN until `blocks()` has yielded the cell;
   * it fills them in place.
   */
  obs: DataFrame;
  /** Table of the genes: Ensembl ids as the index, `symbol`, `is_simulated_name`. */
  var: DataFrame;
  truth: ThymusTruth;
  /**
   * Yields the counts in blocks of `rows` cells (default 256). Each call starts at the first cell and yields the same
   * numbers.
   */
  blocks(options?: { rows?: number }): Iterable<CsrBlock>;
  /**
   * Returns the true state of a cell.
   *
   * @throws CellIndexError when the cell does not exist
   */
  cellTruth(index: number): CellTruth;
}

/**
 * Prepares an in silico thymus; counts are drawn when `blocks()` is read.
 *
 * @throws ArgumentError naming the invalid option
 */
export function simulateThymus(options: ThymusOptions): SimulatedCells {
  checkOptions('simulateThymus', options, thymusOptionNames);
  return prepareThymus(options);
}

/** {@link simulateThymus} with options that are checked. */
export function prepareThymus(options: ThymusOptions): SimulatedCells {
  const settings = settle(options);
  const biology = drawBiology(settings.genes, settings.biologySeed);
  const maker = new CellMaker(biology, settings);
  const { obs, counted } = makeObs(maker);
  const { ids, symbols, named } = biology.catalog;
  return {
    settings,
    nObs: settings.cells,
    nVars: settings.genes,
    obs,
    var: {
      index: ids,
      columns: new Map([
        ['symbol', { kind: 'string' as const, values: symbols }],
        ['is_simulated_name', { kind: 'boolean' as const, values: ids.map((_, gene) => gene >= named) }],
      ]),
    },
    truth: tellTruth(biology, settings),
    blocks(reading = {}) {
      checkOptions('blocks', reading, { rows: true });
      const { rows = BLOCK_ROWS } = reading;
      if (!Number.isSafeInteger(rows) || rows < 1) throw ArgumentError.of('rows', rows, 'a whole number of at least 1');
      return makeBlocks(maker, rows, (row, total, genes, ambient) => {
        counted.nCounts[row] = total;
        counted.nGenes[row] = genes;
        counted.ambientCounts[row] = ambient;
      });
    },
    cellTruth(index) {
      if (!Number.isSafeInteger(index) || index < 0 || index >= settings.cells) {
        throw new CellIndexError(index, settings.cells);
      }
      const { identity, partner } = maker.barcode(index);
      const { logDose, response, scores } = maker.activityOf(index);
      return { fate: identity.fate, partner: partner && cellTypes[partner.type].name, logDose, response, scores };
    },
  };
}
