import { ArgumentError } from '@geneformer-ts/core';

/** Vectors of cells with the state and the donor of each. */
export interface LabeledVectors {
  /** [cells × cols], row by row; rows that start with NaN are left out. */
  data: ArrayLike<number>;
  cols: number;
  /** Name of the state of each cell; null: none. */
  states: readonly (string | null)[];
  /** Donor of each cell; default: every cell is its own donor. */
  donors?: readonly string[];
}

/**
 * Returns the vector of each state for one cell or donor that must not take part: the mean over the other donors of the mean of their
 * cells. So no cell defines the state that it is measured against.
 *
 * ```ts
 * const vectors = { data: [1, 0, 0, 1, 3, 0], cols: 2, states: ['a', 'b', 'a'], donors: ['x', 'x', 'y'] };
 * stateVectors(vectors, ['a'], 'x').get('a'); // Float64Array [3, 0]
 * ```
 *
 * @param names - the states
 * @param heldOut - the donor of the measured cell; without donors, the row of the cell
 * @throws ArgumentError for a state without cells of other donors
 */
export function stateVectors(
  { data, cols, states, donors }: LabeledVectors,
  names: readonly string[],
  heldOut: string | number,
): Map<string, Float64Array> {
  return new Map(
    names.map((name) => {
      const perDonor = new Map<string | number, { sum: Float64Array; cells: number }>();
      states.forEach((state, row) => {
        const donor = donors ? donors[row] : row;
        if (state !== name || donor === heldOut || Number.isNaN(data[row * cols])) return;
        const own = perDonor.get(donor) ?? { sum: new Float64Array(cols), cells: 0 };
        perDonor.set(donor, own);
        own.cells++;
        for (let k = 0; k < cols; k++) own.sum[k] += data[row * cols + k];
      });
      if (perDonor.size === 0) {
        const problem = `'${name}' has no cells besides those of ${donors ? 'donor' : 'row'} ${heldOut}`;
        throw new ArgumentError('states', problem, 'give cells of more donors, or another state');
      }
      const vector = new Float64Array(cols);
      for (const { sum, cells } of perDonor.values()) {
        for (let k = 0; k < cols; k++) vector[k] += sum[k] / cells / perDonor.size;
      }
      return [name, vector];
    }),
  );
}
