import { checkChoice } from '@geneformer-ts/core';
import { type CountMatrix, type Column, columnAsStrings } from '@geneformer-ts/io';
import { ColumnError, InvalidTotalError } from '../errors.js';

/** Counts are scaled to this total per cell, the scale of the published `counts` column. It does not affect the order of genes. */
export const TARGET_SUM = 10_000;

/**
 * Where the total of a cell comes from. 'auto': the obs column if the file has it, else the sum of the row. 'column': the obs
 * column; its absence is an error. 'computed': the sum of the row.
 */
export type CountsFrom = 'auto' | 'column' | 'computed';

/** Where the totals of the cells came from, and how well the two sources agree. */
export interface TotalsReport {
  /** 'obs column …' or 'computed', with the reason in brackets if the file has a column that was not used. */
  from: string;
  /** Number of cells where the column and the sum of the row differ by more than half a count plus a millionth of the sum. */
  disagreeing: number;
  /** Largest |column − sum| / sum. */
  largestDifference: number;
}

/** Returns the totals to divide the counts of a block by; undefined if a cell with counts has no usable total. */
export function usableTotals(sums: Float64Array, stated: Float64Array | undefined): Float64Array | undefined {
  if (stated === undefined) return sums;
  for (let row = 0; row < sums.length; row++) {
    if (sums[row] !== 0 && !isUsable(stated[row])) return undefined;
  }
  return stated;
}

function isUsable(total: number): boolean {
  return total > 0 && total < Infinity;
}

/** Returns the numbers of a column, parsed if it contains text or categories; missing values are NaN. @throws ColumnError */
function numbersOf(column: Column, path: string, name: string): Float64Array {
  if (column.kind === 'number') return column.values;
  const wrong = (what: string): ColumnError =>
    new ColumnError(path, name, `obs column ${name} ${what}; correct it or use countsFrom 'computed'`);
  if (column.kind === 'boolean') throw wrong('contains booleans, not numbers');
  return Float64Array.from(columnAsStrings(column), (text) => {
    if (text === null || text.trim() === '') return NaN;
    const value = Number(text);
    if (Number.isNaN(value) && text.trim().toLowerCase() !== 'nan')
      throw wrong(`contains '${text}', which is not a number`);
    return value;
  });
}

/** The totals of the cells. Those of an obs column are compared with the sums of the rows. */
export class CellTotals {
  readonly report: TotalsReport;
  private readonly column: Float64Array | undefined;
  private readonly name: string;

  /**
   * @param isMixed whether the file has other features than genes, which the totals of an obs column may include
   * @throws ColumnError if a requested column is absent, or does not contain numbers
   */
  constructor(
    private readonly source: CountMatrix,
    { countsFrom = 'auto', countsColumn }: { countsFrom?: CountsFrom; countsColumn?: string },
    isMixed = false,
  ) {
    checkChoice('countsFrom', countsFrom, ['auto', 'column', 'computed']);
    const name = countsColumn ?? 'n_counts';
    this.name = name;
    const stated = countsFrom === 'computed' ? undefined : source.obs.columns.get(name);
    // The column may include antibodies; only the caller can know.
    const column = isMixed && countsFrom === 'auto' ? undefined : stated;
    const isAskedFor = countsFrom === 'column' || (countsFrom === 'auto' && countsColumn !== undefined && !stated);
    if (column === undefined && isAskedFor) {
      throw new ColumnError(
        source.path,
        name,
        `no obs column ${name} with totals; add it or use countsFrom 'computed'`,
      );
    }
    this.column = column && numbersOf(column, source.path, name);
    const computed = stated ? `computed (obs column ${name} may include features that are not genes)` : 'computed';
    this.report = { from: column ? `obs column ${name}` : computed, disagreeing: 0, largestDifference: 0 };
  }

  /** Whether the totals come from obs. */
  get isStated(): boolean {
    return this.column !== undefined;
  }

  /** Returns a copy of the obs totals of the rows from `from` up to `to`; undefined if totals are computed. */
  stated(from: number, to: number): Float64Array | undefined {
    return this.column?.slice(from, to);
  }

  /**
   * Returns the totals of a block's rows, and compares those of obs with the sums.
   *
   * @param sums sums of the rows from `rowStart` on; the total of a row without counts is 0
   * @throws InvalidTotalError if the column has no positive number for a cell that has counts
   */
  ofBlock(rowStart: number, sums: Float64Array): Float64Array {
    const { column, report } = this;
    if (column === undefined) return sums;
    const totals = new Float64Array(sums.length);
    for (let row = 0; row < sums.length; row++) {
      const sum = sums[row];
      if (sum === 0) continue;
      const stated = column[rowStart + row];
      if (!isUsable(stated)) {
        throw new InvalidTotalError(this.source.path, this.name, this.source.obs.index[rowStart + row], stated);
      }
      totals[row] = stated;
      const difference = Math.abs(stated - sum);
      if (difference > 0.5 + 1e-6 * sum) {
        report.disagreeing++;
        report.largestDifference = Math.max(report.largestDifference, difference / sum);
      }
    }
    return totals;
  }
}
