import { beforeEach, describe, expect, test } from '@jest/globals';
import { linear, QuantizedWeight, stats, tf, trimMemory, useBackend } from '../index.js';
import { randomValues } from '../testing/random-values.js';

const [rows, width, out] = [5, 24, 7];
const x = randomValues(rows * width, 1);
const weight = randomValues(width * out, 2);
const bias = randomValues(out, 3);

/** Dynamic quantization as ONNX defines it: the activations get one scale and zero point, and a range that includes 0. */
function reference(relu = false): Float32Array {
  const [low, high] = [Math.min(0, ...x), Math.max(0, ...x)];
  const scale = (high - low) / 255;
  const zero = Math.round(-low / scale);
  const rounded = x.map((value) => Math.min(255, Math.max(0, Math.round(value / scale) + zero)) - zero);
  return Float32Array.from({ length: rows * out }, (_, i) => {
    const [row, column] = [Math.floor(i / out), i % out];
    const values = Array.from({ length: width }, (_, k) => weight[k * out + column]);
    const unit = Math.max(...values.map(Math.abs)) / 127;
    const sum = values.reduce((sum, value, k) => sum + rounded[row * width + k] * Math.round(value / unit), 0);
    const y = sum * scale * unit + bias[column];
    return relu ? Math.max(0, y) : y;
  });
}

const compute = async (quantized: QuantizedWeight, activation?: 'relu'): Promise<Float32Array> => {
  const y = tf.tidy(() => linear(tf.tensor2d(x, [rows, width]), quantized, tf.tensor1d(bias), activation));
  return (await y.data()) as Float32Array;
};

const quantize = (values = weight): Promise<QuantizedWeight> => QuantizedWeight.of(tf.tensor2d(values, [width, out]));

describe('a linear layer with a weight of 8-bit integers', () => {
  beforeEach(() => useBackend('onnx', { threads: 1 }));

  test('gives the values of the definition', async () => {
    const quantized = await quantize();
    expect(await compute(quantized)).toBeAllClose(reference(), { atol: 1e-5, rtol: 1e-5 });
    expect(await compute(quantized, 'relu')).toBeAllClose(reference(true), { atol: 1e-5, rtol: 1e-5 });
    quantized.dispose();
  });

  test('gives 0 for a column of zeros', async () => {
    const values = weight.map((value, i) => (i % out === 2 ? 0 : value));
    const quantized = await quantize(values);
    const y = await compute(quantized);
    for (let row = 0; row < rows; row++) expect(y[row * out + 2]).toBe(bias[2]);
    quantized.dispose();
  });

  test.each([NaN, Infinity, -Infinity])('is refused if a weight is %p, which has no 8-bit integer', async (value) => {
    const values = weight.slice();
    values[out + 3] = value;
    await expect(quantize(values)).rejects.toThrow('QuantizedWeight: column 3 has values that are not finite');
  });

  test('does not use the graph of another weight of the same shape', async () => {
    const [one, two] = [await quantize(), await quantize(weight.map((value) => 2 * value))];
    const [y, doubled] = [await compute(one), await compute(two)];
    const products = (of: Float32Array): Float32Array => of.map((value, i) => value - bias[i % out]);
    expect(products(doubled)).toBeAllClose(
      products(y).map((value) => 2 * value),
      { atol: 1e-5, rtol: 1e-5 },
    );
    one.dispose();
    two.dispose();
  });

  test('frees its graphs when it is disposed', async () => {
    await trimMemory();
    const [one, two] = [await quantize(), await quantize()];
    await compute(one);
    expect(stats()!.sessions).toBe(1);
    one.dispose();
    await compute(two);
    expect(stats()!.sessions).toBe(1);
    two.dispose();
  });
});

test('other backends have no 8-bit products', async () => {
  await useBackend('cpu');
  await expect(quantize()).rejects.toThrow("8-bit integers need backend 'onnx'; use precision 'fp32'");
});
