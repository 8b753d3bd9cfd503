import { ArgumentError } from '@geneformer-ts/core';
import type { LabeledVectors } from './state-vectors.js';

/** Sums of one state: the mean of each donor, and the sum of these means. */
interface StateSums {
  name: string;
  means: Map<string | number, Float64Array>;
  total: Float64Array;
}

/**
 * The vectors of states for each held-out donor, as `stateVectors` computes them, in a time per donor that does not depend on the
 * number of cells.
 */
export class HeldOutStates {
  private readonly states: StateSums[];
  private readonly donors: readonly string[] | undefined;

  constructor({ data, cols, states, donors }: LabeledVectors, names: readonly string[]) {
    this.donors = donors;
    this.states = names.map((name) => {
      const sums = new Map<string | number, { sum: Float64Array; cells: number }>();
      states.forEach((state, row) => {
        if (state !== name || Number.isNaN(data[row * cols])) return;
        const donor = donors ? donors[row] : row;
        const own = sums.get(donor) ?? { sum: new Float64Array(cols), cells: 0 };
        sums.set(donor, own);
        own.cells++;
        for (let k = 0; k < cols; k++) own.sum[k] += data[row * cols + k];
      });
      const total = new Float64Array(cols);
      const means = new Map([...sums].map(([donor, { sum, cells }]) => [donor, sum.map((value) => value / cells)]));
      for (const mean of means.values()) for (let k = 0; k < cols; k++) total[k] += mean[k];
      return { name, means, total };
    });
  }

  /**
   * Returns the vectors of the states for one cell, from the cells of other donors.
   *
   * @throws ArgumentError for a state that no other donor has
   */
  without(row: number): Map<string, Float64Array> {
    const heldOut = this.donors ? this.donors[row] : row;
    return new Map(
      this.states.map(({ name, means, total }) => {
        const own = means.get(heldOut);
        const donors = means.size - (own ? 1 : 0);
        if (donors === 0) {
          const problem = `'${name}' has no cells besides those of ${this.donors ? 'donor' : 'row'} ${heldOut}`;
          throw new ArgumentError('states', problem, 'give cells of more donors, or another state');
        }
        return [name, total.map((sum, k) => (sum - (own ? own[k] : 0)) / donors)];
      }),
    );
  }
}
