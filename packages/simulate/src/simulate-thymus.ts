import { ArgumentError } from '@geneformer-ts/core';
import type { CsrBlock, Frame } from '@geneformer-ts/io';
import { drawBiology } from './biology/biology.js';
import { makeBlocks } from './cells/blocks.js';
import { CellMaker } from './cells/cell-maker.js';
import { makeObs } from './cells/obs.js';
import { cellTypes } from './design/cell-types.js';
import { settle, type ThymusOptions, type ThymusSettings } from './design/options.js';
import { CellIndexError } from './errors.js';
import { tellTruth, type ThymusTruth } from './truth.js';

/** Cells in a block when the caller does not say. */
const BLOCK_ROWS = 256;

/** The state of one cell behind its counts. */
export interface CellTruth {
  /** Fate on the axis from cortex (0) to medulla (1); NaN for cells that are not thymic epithelium. */
  fate: number;
  /** Type of the second cell of a doublet. */
  partner: string | null;
  /** By regulator, in the order of `truth.regulators`: logarithm of the dose, and response from 0 to 1. */
  logDose: Float64Array;
  response: Float64Array;
  /** By programme, in the order of `truth.programmes`. */
  scores: Float64Array;
}

/** A simulation: tables of its cells and genes, what is true about it, and a stream of its counts. */
export interface SimulatedCells {
  settings: ThymusSettings;
  nObs: number;
  nVars: number;
  /**
   * Cells. `n_counts`, `n_genes` and `truth_ambient_counts` are NaN until `blocks()` has passed the cell: it writes
   * them in place.
   */
  obs: Frame;
  /** Genes: Ensembl ids as the index, `symbol`, `is_simulated_name`. */
  var: Frame;
  truth: ThymusTruth;
  /**
   * Counts, whole numbers, in blocks of `rows` cells (default 256); each call starts at the first cell and gives the
   * same numbers.
   */
  blocks(options?: { rows?: number }): Iterable<CsrBlock>;
  /** @throws CellIndexError when there is no such cell */
  cellTruth(index: number): CellTruth;
}

/**
 * Prepares an in silico thymus; counts are drawn when `blocks()` is read.
 *
 * @throws ArgumentError naming the option that cannot be used
 */
export function simulateThymus(options: ThymusOptions): SimulatedCells {
  const settings = settle(options);
  const biology = drawBiology(settings.genes, settings.biologySeed);
  const maker = new CellMaker(biology, settings);
  const { obs, counted } = makeObs(maker);
  const { ids, symbols, named } = biology.catalogue;
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
    blocks({ rows = BLOCK_ROWS } = {}) {
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
