import { tf } from '../index.js';

/** Returns central differences of a scalar function of one tensor, computed in float32 on the current backend. */
export async function finiteDifferences(
  f: (x: tf.Tensor) => tf.Tensor,
  values: readonly number[],
  shape: number[],
  step = 1e-2,
): Promise<number[]> {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const at = async (delta: number): Promise<number> => {
      const moved = values.map((value, j) => (j === i ? value + delta : value));
      const y = tf.tidy(() => f(tf.tensor(moved, shape)));
      const [result = NaN] = await y.data();
      y.dispose();
      return result;
    };
    slopes.push(((await at(step)) - (await at(-step))) / (2 * step));
  }
  return slopes;
}
