import { ArgumentError } from '@geneformer-ts/core';
import { tf } from '../tf.js';
import type { LazyBackend } from '../backend/lazy-backend.js';
import { isOnnx } from './run-kernel.js';

/** Largest 8-bit integer. Weights are symmetric around 0, so −128 does not occur. */
const LARGEST = 127;

/**
 * The weight of a linear layer in 8-bit integers with one scale per output, for passes without training. ONNX Runtime rounds the
 * activations of each product to 8 bits as well, with one scale (dynamic quantization), and sums in 32-bit integers. Processors with
 * instructions for 8-bit products (AVX-512 VNNI, AMX, ARM's dot product) compute it several times faster.
 *
 * ```ts
 * const quantized = await QuantizedWeight.of(weight); // [256, 512]
 * linear(x, quantized, bias, 'relu');                 // [..., 512]
 * quantized.dispose();
 * ```
 */
export class QuantizedWeight {
  private constructor(
    private readonly backend: LazyBackend,
    /** [in, out]. */
    readonly shape: readonly [number, number],
    /** Integers [in, out]. */
    readonly values: tf.TensorInfo,
    /** Value of 1 in each column [out]. */
    readonly scales: tf.TensorInfo,
    /** Integers of the value 0 [out], all 0. */
    readonly zeroPoints: tf.TensorInfo,
  ) {}

  /**
   * Quantizes the current value of a weight. The value is compiled into the graphs that use it, so a later value needs another call.
   *
   * @param weight [in, out]
   * @throws {ArgumentError} on a backend other than onnx, or when a value is not finite
   */
  static async of(weight: tf.Tensor2D): Promise<QuantizedWeight> {
    if (!isOnnx())
      throw new ArgumentError('QuantizedWeight', "8-bit integers need backend 'onnx'", "use precision 'fp32'");
    const backend = tf.backend() as LazyBackend;
    const { shape } = weight;
    const [, columns] = shape;
    const { integers, scales } = quantize((await weight.data()) as Float32Array, columns);
    return new QuantizedWeight(
      backend,
      shape,
      backend.constant(integers, shape),
      backend.constant(scales, [columns]),
      backend.constant(new Int8Array(columns), [columns]),
    );
  }

  /** Frees the weight, and the graphs that it is part of. */
  dispose(): void {
    for (const { dataId } of [this.values, this.scales, this.zeroPoints]) this.backend.disposeData(dataId);
  }
}

/** Returns the nearest integers to the columns of a matrix, each divided by its scale. */
function quantize(values: Float32Array, columns: number): { integers: Int8Array; scales: Float32Array } {
  const scales = new Float32Array(columns);
  for (let i = 0, column = 0; i < values.length; i++, column = column + 1 === columns ? 0 : column + 1) {
    scales[column] = Math.max(scales[column] ?? 0, Math.abs(values[i] ?? 0) / LARGEST);
  }
  const broken = scales.findIndex((scale) => !Number.isFinite(scale));
  if (broken >= 0) {
    throw new ArgumentError(
      'QuantizedWeight',
      `column ${broken} has values that are not finite, so it has no 8-bit integers`,
      'check the checkpoint, or the training run that made it',
    );
  }
  // A column of zeros needs a scale above 0.
  for (let column = 0; column < columns; column++) scales[column] ||= 1;
  const integers = Int8Array.from(values, (value, i) => Math.round(value / (scales[i % columns] ?? 1)));
  return { integers, scales };
}
