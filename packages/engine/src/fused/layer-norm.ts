import { tf } from '../tf.js';
import { columnSums } from '../graph/column-sums.js';
import { defineLowering } from '../graph/lowering.js';
import { sizeOf } from '../graph/record.js';
import type { GraphBuilder } from '../graph/builder.js';
import { input, register } from '../kernels/register.js';
import { isOnnxOnCpu, runKernel } from './run-kernel.js';

/**
 * Applies layer normalization over the last axis: `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with the biased variance
 * (Ba et al. 2016).
 *
 * ```ts
 * await layerNorm(tf.tensor2d([[1, 3]]), tf.ones([2]), tf.zeros([2])).data(); // [-1, 1]
 * ```
 *
 * @param x [..., width]
 * @param gamma [width]
 * @param beta [width]
 * @param epsilon default 1e-12, as in BERT
 * @returns [..., width]
 */
export function layerNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon = 1e-12): tf.Tensor {
  return isOnnxOnCpu() ? fused(epsilon)(x, gamma, beta) : composed(x, gamma, beta, epsilon);
}

function composed(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.tidy(() => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true);
    const normalized = tf.mul(centered, tf.rsqrt(tf.add(variance, tf.scalar(epsilon))));
    return tf.add(tf.mul(normalized, gamma), beta);
  });
}

function fused(epsilon: number): (...operands: tf.Tensor[]) => tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [y, mean, scale] = runKernel('FusedLayerNorm', { x, gamma, beta }, { epsilon }) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    save([x, gamma, mean, scale]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, gamma, mean, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        return runKernel('FusedLayerNormGrad', { dy, x, gamma, mean, scale });
      },
    };
  });
}

export function registerLayerNorm(): void {
  register('FusedLayerNorm', (call) => {
    const x = input(call, 'x');
    const perRow = { shape: [...x.shape.slice(0, -1), 1], dtype: 'float32' } as const;
    return call.backend.recordMany(
      fusedLayerNorm,
      [x, input(call, 'gamma'), input(call, 'beta')],
      [{ shape: x.shape, dtype: 'float32' }, perRow, perRow],
      { epsilon: call.attrs.epsilon as number },
    );
  });
  register('FusedLayerNormGrad', (call) => {
    const x = input(call, 'x');
    const gamma = input(call, 'gamma');
    const ofGamma = { shape: gamma.shape, dtype: 'float32' } as const;
    return call.backend.recordMany(
      fusedLayerNormGrad,
      [input(call, 'dy'), x, gamma, input(call, 'mean'), input(call, 'scale')],
      [{ shape: x.shape, dtype: 'float32' }, ofGamma, ofGamma],
      {},
    );
  });
}

const fusedLayerNorm = defineLowering<{ epsilon: number }>('FusedLayerNorm', (graph, { attrs }, inputs, outputs) => {
  const [y, mean, scale] = outputs.map((name) => name ?? '');
  // Unused outputs at the end must not be listed.
  const used = scale
    ? [y || graph.fresh(), mean ?? '', scale]
    : mean
      ? [y || graph.fresh(), mean]
      : [y || graph.fresh()];
  graph.node('LayerNormalization', inputs, used, { axis: -1, epsilon: { float: attrs.epsilon } });
});

const fusedLayerNormGrad = defineLowering('FusedLayerNormGrad', (graph, op, inputs, [dx, dgamma, dbeta]) => {
  const [dy = '', x = '', gamma = '', mean = '', scale = ''] = inputs;
  const { shape } = op.inputs[0];
  const normalized = graph.op('Mul', [graph.op('Sub', [x, mean]), scale]);
  if (dx !== undefined) {
    const upstream = graph.op('Mul', [dy, gamma]);
    const average = lastMean(graph, upstream);
    const projection = graph.op('Mul', [normalized, lastMean(graph, graph.op('Mul', [upstream, normalized]))]);
    graph.op('Mul', [graph.op('Sub', [graph.op('Sub', [upstream, average]), projection]), scale], {}, dx);
  }
  if (dgamma !== undefined) sumRows(graph, graph.op('Mul', [dy, normalized]), shape, dgamma);
  if (dbeta !== undefined) sumRows(graph, dy, shape, dbeta);
});

function lastMean(graph: GraphBuilder, x: string): string {
  return graph.op('ReduceMean', [x], { axes: [-1], keepdims: 1 });
}

/** Sums over all axes except the last. */
function sumRows(graph: GraphBuilder, x: string, shape: readonly number[], out: string): void {
  const width = shape.at(-1) ?? 1;
  const rows = sizeOf(shape.slice(0, -1));
  columnSums(graph, graph.op('Reshape', [x, graph.int64([rows, width])]), rows, [width], out);
}
