/** Times of a command on samples: the first run compiles, the others do not. */
export interface SampleTimes {
  /** Seconds of the first run, on the small sample. */
  cold: number;
  /** Seconds of the same run again. */
  warm: number;
  /** Seconds of the run on the large sample. */
  large: number;
  smallCells: number;
  largeCells: number;
}

/** What a command costs, as a line: compilation, a fixed part, and a part per cell. */
export interface Cost {
  compiling: number;
  fixed: number;
  perCell: number;
}

/**
 * Returns the line through the times of two samples. Compilation is what the first run took longer than its repetition.
 *
 * @example
 * costOf({ cold: 3, warm: 1, large: 2, smallCells: 10, largeCells: 110 });
 * // { compiling: 2, fixed: 0.9, perCell: 0.01 }
 */
export function costOf({ cold, warm, large, smallCells, largeCells }: SampleTimes): Cost {
  const compiling = Math.max(0, cold - warm);
  if (largeCells <= smallCells) return { compiling, fixed: 0, perCell: warm / smallCells };
  // Times are noisy: a cell costs something, and not more than without a fixed part.
  const slope = (large - warm) / (largeCells - smallCells);
  const perCell = Math.min(Math.max(slope, (0.05 * large) / largeCells), large / largeCells);
  return { compiling, fixed: Math.max(0, large - perCell * largeCells), perCell };
}

/** A small sample that takes longer than this, in seconds, makes the large one smaller. */
const SLOW = 2;

/**
 * Returns the number of cells of the large sample: as many as possible, but fewer with a slow model. With fewer than three times the cells of
 * the small sample, noise of the times would decide the slope of the line through both.
 */
export function largeSample(smallCells: number, warm: number, most: number): number {
  const cells = warm <= SLOW ? most : Math.max(3 * smallCells, (most * SLOW) / warm);
  return Math.min(most, Math.round(cells));
}
