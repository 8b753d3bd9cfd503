import { ArgumentError, checkOptions, fillNormal, namedRandom, type OptionNames } from '@geneformer-ts/core';
import { type BertModel, deletionGradients, type Pooling, readStates } from '@geneformer-ts/model';
import { batchOf } from '../sequence/length-batches.js';
import { geneRange, type GeneSequence, type SequenceRules } from '../sequence/gene-sequence.js';

/** Options of `screenDeletions`. */
export interface ScreenOptions {
  /** Index of the hidden state, as in `embedCells`; default −1, the last. */
  layer?: number;
  /** How the vector of a cell is computed; default `mean` over the genes. */
  pooling?: Pooling;
  /** Vectors of cell states, by name; `stateVectors` computes them. */
  states?: ReadonlyMap<string, Float32Array | Float64Array>;
  /** Random directions that the shift is estimated from; default 32. At most the hidden size − 1 are used. */
  directions?: number;
}

const known: OptionNames<ScreenOptions> = { layer: true, pooling: true, states: true, directions: true };

/** Effects of deleting each gene of a cell, to first order. */
export interface ScreenedEffects {
  /** Approximates 1 − cosine, one value per gene of the cell. */
  shift: Float64Array;
  /** Approximates the change of the cosine to each state [genes × states]. */
  states: Float64Array;
}

/** Number of directions without `directions`. */
const SCREEN_DIRECTIONS = 32;
/** Names the stream of random numbers of the directions. */
const DIRECTIONS = 23;

/**
 * Approximates the effects of deleting each gene of a cell, alone, from gradients rather than by reading a sequence per gene. The cost is a
 * pass forward and backward per state and per direction, for all genes together.
 *
 * - States: the change of the cosine is its gradient times the first-order change of the vector.
 * - Shift: the cosine of a vector to itself has no slope, so the shift is of second order in the change of the vector. It is estimated from the
 *   changes along random orthogonal directions. With k of d directions, its relative standard deviation is about √(2/k · (1 − k/d)).
 *
 * ```ts
 * const cell = { tokens: Int32Array.of(9, 7, 5, 8) };
 * const { shift } = await screenDeletions(model, cell, { specialIds: model.specialIds });
 * shift.length; // 4
 * ```
 *
 * @throws the errors of `deletionGradients`; ArgumentError for `cls` without such a token: the first gene is then the vector
 */
export async function screenDeletions(
  model: BertModel,
  cell: GeneSequence,
  { specialIds }: Pick<SequenceRules, 'specialIds'>,
  options: ScreenOptions = {},
): Promise<ScreenedEffects> {
  checkOptions('screenDeletions', options, known);
  const { layer = -1, pooling = 'mean', states = new Map<string, Float32Array>() } = options;
  const { start, end } = geneRange(cell, specialIds);
  const genes = end - start;
  if (pooling === 'cls' && start === 0) {
    throw new ArgumentError('pooling', "'cls' is the vector of the first gene here", "use 'mean'");
  }
  const none = { shift: new Float64Array(genes).fill(NaN), states: new Float64Array(genes * states.size).fill(NaN) };
  // Without its only gene, a cell has no vector.
  if (genes < 2) return none;
  const { vectors } = await readStates(model, batchOf([cell]), { layer, pooling });
  const vector = vectors as Float32Array;
  const along = [
    ...[...states.values()].map((state) => cosineGradient(vector, state)),
    ...orthogonalDirections(vector, options.directions ?? SCREEN_DIRECTIONS),
  ];
  const width = vector.length;
  const directions = new Float32Array(along.length * width);
  along.forEach((direction, row) => directions.set(direction, row * width));
  const { tokens: inputIds, counts } = cell;
  const found = await deletionGradients(model, { inputIds, ...(counts && { counts }) }, directions, { layer, pooling });
  const random = along.length - states.size;
  // The share of all directions orthogonal to the vector that was measured.
  const scale = (width - 1) / random / (2 * squares(vector));
  const change = (row: number, gene: number): number => found[row * inputIds.length + start + gene];
  return {
    shift: Float64Array.from({ length: genes }, (_, gene) => {
      let sum = 0;
      for (let k = 0; k < random; k++) sum += change(states.size + k, gene) ** 2;
      return sum * scale;
    }),
    states: Float64Array.from({ length: genes * states.size }, (_, i) =>
      change(i % states.size, Math.floor(i / states.size)),
    ),
  };
}

/** Returns the gradient of the cosine of a vector to a state, by the vector. */
function cosineGradient(vector: Float32Array, state: Float32Array | Float64Array): Float64Array {
  let product = 0;
  for (let k = 0; k < vector.length; k++) product += vector[k] * state[k];
  const norms = Math.sqrt(squares(vector) * squares(state));
  return Float64Array.from(vector, (value, k) => state[k] / norms - (product * value) / (norms * squares(vector)));
}

/** Returns random orthonormal directions that are orthogonal to a vector; the same random numbers for each. */
function orthogonalDirections(vector: Float32Array, count: number): Float64Array[] {
  const width = vector.length;
  if (!(Number.isInteger(count) && count >= 1)) throw ArgumentError.of('directions', count, 'a whole number from 1');
  const most = Math.min(count, width - 1);
  const random = fillNormal(new Float32Array(most * width), 1, namedRandom(0, DIRECTIONS));
  const basis: Float64Array[] = [unit(Float64Array.from(vector))];
  for (let row = 0; row < most; row++) {
    const own = Float64Array.from(random.subarray(row * width, (row + 1) * width));
    // Twice, because the first pass leaves rounding errors if little remains.
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        let part = 0;
        for (let k = 0; k < width; k++) part += own[k] * other[k];
        for (let k = 0; k < width; k++) own[k] -= part * other[k];
      }
    }
    basis.push(unit(own));
  }
  return basis.slice(1);
}

function squares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return sum;
}

function unit(values: Float64Array): Float64Array {
  const length = Math.sqrt(squares(values));
  return values.map((value) => value / length);
}
