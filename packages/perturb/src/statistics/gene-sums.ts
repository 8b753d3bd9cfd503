import { FieldMissingError } from '@geneformer-ts/core';
import type { PartRows } from '../runs/compute-part.js';

/** Sums of one target per replicate. */
interface TargetSums {
  sum: Float64Array;
  cells: Int32Array;
  rank: number;
  found: number;
  absent: number;
}

/** Effects of the targets of a run, summed per replicate: a donor, or a cell. */
export class GeneSums {
  private readonly targets = new Map<number, TargetSums>();
  private readonly replicates = new Map<string | number, number>();

  /**
   * @param replicateOf - name of the replicate of a cell
   * @param column - `shift`, or the name of a change
   */
  constructor(
    private readonly replicateOf: (cell: number) => string | number,
    private readonly column: string,
  ) {}

  /** Number of replicates. */
  get count(): number {
    return this.replicates.size;
  }

  /** Adds the rows of a part. */
  add({ cell, target, rank, shift, changes }: PartRows): void {
    const values = this.column === 'shift' ? shift : changes.get(this.column);
    if (!values) throw new FieldMissingError('run', `effect '${this.column}'`, ['shift', ...changes.keys()]);
    for (let row = 0; row < cell.length; row++) {
      const name = this.replicateOf(cell[row]);
      const replicate = this.replicates.get(name) ?? this.replicates.size;
      this.replicates.set(name, replicate);
      const own = this.targets.get(target[row]) ?? emptySums();
      this.targets.set(target[row], own);
      if (Number.isNaN(values[row])) {
        own.absent++;
        continue;
      }
      if (replicate >= own.sum.length) grow(own, replicate);
      own.sum[replicate] += values[row];
      own.cells[replicate]++;
      own.rank += Math.max(0, rank[row]);
      own.found++;
    }
  }

  /** The targets with an effect, ascending. */
  list(): number[] {
    return [...this.targets].flatMap(([target, { found }]) => (found > 0 ? [target] : [])).sort((a, b) => a - b);
  }

  /** Returns the mean effect of a target per replicate; NaN where it was not found. */
  means(target: number): Float64Array {
    const { sum, cells } = this.sumsOf(target);
    return Float64Array.from({ length: this.count }, (_, at) => (cells[at] > 0 ? sum[at] / cells[at] : NaN));
  }

  /** Returns the number of cells with and without an effect, and the mean rank. */
  detection(target: number): { cells: number; absent: number; meanRank: number } {
    const { found, absent, rank } = this.sumsOf(target);
    return { cells: found, absent, meanRank: rank / found };
  }

  private sumsOf(target: number): TargetSums {
    return this.targets.get(target) as TargetSums;
  }
}

function emptySums(): TargetSums {
  return { sum: new Float64Array(1), cells: new Int32Array(1), rank: 0, found: 0, absent: 0 };
}

function grow(own: TargetSums, replicate: number): void {
  const length = Math.max(2 * own.sum.length, replicate + 1);
  const [sum, cells] = [new Float64Array(length), new Int32Array(length)];
  sum.set(own.sum);
  cells.set(own.cells);
  own.sum = sum;
  own.cells = cells;
}

/** Returns the mean of the values that are not NaN; NaN if there are none. */
export function meanOf(values: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i];
    count++;
  }
  return sum / count;
}
