import { type CellSource, type Column, columnAsStrings } from '@geneformer-ts/io';
import { ColumnError, InvalidTotalError } from '../errors.js';

/** Counts are brought to this many a cell. It does not change the order; the published `counts` column has this scale. */
export const TARGET_SUM = 10_000;

/** Where the total of a cell comes from: an obs column when there is one, that column or an error, or the sum of the row. */
export type CountsFrom = 'auto' | 'column' | 'computed';

export interface TotalsReport {
  /** 'obs column …' or 'computed'; in brackets why a column that is there was not taken. */
  from: string;
  /** Cells where the column and the sum of the row are more than a millionth and half a count apart. */
  disagreeing: number;
  /** Largest |column − sum| / sum. */
  largestDifference: number;
}

/** What the counts of a block's cells are divided by; undefined when a cell has counts and no total they could be divided by. */
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

/** Numbers as they are, or as text or categories spell them; missing values are NaN. @throws ColumnError */
function numbersOf(column: Column, path: string, name: string): Float64Array {
  if (column.kind === 'number') return column.values;
  const wrong = (what: string): ColumnError =>
    new ColumnError(path, name, `obs column ${name} ${what}; correct it or use countsFrom 'computed'`);
  if (column.kind === 'boolean') throw wrong('holds booleans, not numbers');
  return Float64Array.from(columnAsStrings(column), (text) => {
    if (text === null || text.trim() === '') return NaN;
    const value = Number(text);
    if (Number.isNaN(value) && text.trim().toLowerCase() !== 'nan')
      throw wrong(`holds '${text}', which is not a number`);
    return value;
  });
}

/** The totals that counts are divided by: taken from obs where it has them, and then compared with the sums of the rows. */
export class CellTotals {
  readonly report: TotalsReport;
  private readonly column: Float64Array | undefined;
  private readonly name: string;

  /**
   * @param isMixed whether the file holds features that are set apart, whose counts a stated total may include
   * @throws ColumnError when the column is asked for and absent, or does not hold numbers
   */
  constructor(
    private readonly source: CellSource,
    { countsFrom = 'auto', countsColumn }: { countsFrom?: CountsFrom; countsColumn?: string },
    isMixed = false,
  ) {
    const name = countsColumn ?? 'n_counts';
    this.name = name;
    const stated = countsFrom === 'computed' ? undefined : source.obs.columns.get(name);
    // What the file states may include the antibodies; only the caller can know.
    const column = isMixed && countsFrom === 'auto' ? undefined : stated;
    const isAskedFor = countsFrom === 'column' || (countsFrom === 'auto' && countsColumn !== undefined && !stated);
    if (column === undefined && isAskedFor) {
      throw new ColumnError(
        source.path,
        name,
        `no obs column ${name} to take the totals from; add it or use countsFrom 'computed'`,
      );
    }
    this.column = column && numbersOf(column, source.path, name);
    const computed = stated ? `computed (obs column ${name} may include the features that are set apart)` : 'computed';
    this.report = { from: column ? `obs column ${name}` : computed, disagreeing: 0, largestDifference: 0 };
  }

  /** Whether they are taken from obs. */
  get isStated(): boolean {
    return this.column !== undefined;
  }

  /** What the file states of the rows from `from` to `to`, a copy; undefined when totals are computed. */
  stated(from: number, to: number): Float64Array | undefined {
    return this.column?.slice(from, to);
  }

  /**
   * @param sums of the rows from `rowStart` on; rows without counts are left alone
   * @throws InvalidTotalError when the column gives no positive number for a cell that has counts
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
