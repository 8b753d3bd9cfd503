import { ArgumentError } from '@geneformer-ts/core';
import { tf } from '../tf.js';
import { defineLowering } from '../graph/lowering.js';
import { input, register } from '../kernels/register.js';
import { isOnnx, runKernel } from './run-kernel.js';

/**
 * Returns the softmax cross-entropy with class numbers: the weighted mean of `-log softmax(logits)[label]` over rows. Rows with a negative
 * label are ignored. Without any other row the loss is 0.
 *
 * ```ts
 * const logits = tf.tensor2d([[0, 0], [5, 5]]);
 * await sparseSoftmaxCrossEntropy(logits, tf.tensor1d([1, -1], 'int32')).data(); // [0.6931], log(2)
 * ```
 *
 * @param logits [rows, classes]
 * @param labels int32, [rows]
 * @param weights float32, [rows]; default 1 for each row
 * @returns a scalar
 * @throws {ArgumentError} when the shapes do not match
 */
export function sparseSoftmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, weights?: tf.Tensor): tf.Scalar {
  const [rows = 0] = logits.shape;
  if (logits.rank !== 2 || labels.size !== rows || (weights && weights.size !== rows)) {
    throw new ArgumentError(
      'sparseSoftmaxCrossEntropy',
      `labels [${labels.shape.join(', ')}] do not match logits [${logits.shape.join(', ')}]`,
      `give labels and weights of shape [${rows}]`,
    );
  }
  return tf.tidy(() => {
    const flat = tf.reshape(labels, [rows]);
    const counted = tf.cast(tf.greaterEqual(flat, tf.scalar(0, 'int32')), 'float32');
    const rowWeights = weights ? tf.mul(tf.reshape(weights, [rows]), counted) : counted;
    const classes = tf.maximum(flat, tf.scalar(0, 'int32'));
    const losses = isOnnx() ? fusedLosses(logits, classes) : composedLosses(logits, classes);
    const total = tf.sum(rowWeights);
    const divisor = tf.where(tf.greater(total, tf.scalar(0)), total, tf.onesLike(total));
    return tf.div(tf.sum(tf.mul(losses, rowWeights)), divisor);
  });
}

function composedLosses(logits: tf.Tensor, classes: tf.Tensor): tf.Tensor {
  // A cast from int32, because tfjs's wasm backend writes integer ones into a float32 one-hot tensor.
  const hot = tf.cast(tf.oneHot(classes as tf.Tensor1D, logits.shape[1] ?? 0), 'float32');
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), hot), -1));
}

function fusedLosses(logits: tf.Tensor, classes: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [logits, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const [losses, logProbabilities] = runKernel('FusedSparseCrossEntropy', { logits, classes }) as [
      tf.Tensor,
      tf.Tensor,
    ];
    save([logProbabilities, classes]);
    return {
      value: losses,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        runKernel('FusedSparseCrossEntropyGrad', { dy, logProbabilities: saved[0], classes: saved[1] }),
    };
  })(logits);
}

export function registerCrossEntropy(): void {
  register('FusedSparseCrossEntropy', (call) => {
    const logits = input(call, 'logits');
    return call.backend.recordMany(
      crossEntropy,
      [logits, input(call, 'classes')],
      [
        { shape: [logits.shape[0] ?? 0], dtype: 'float32' },
        { shape: logits.shape, dtype: 'float32' },
      ],
      {},
    );
  });
  register('FusedSparseCrossEntropyGrad', (call) => {
    const logProbabilities = input(call, 'logProbabilities');
    return call.backend.record(
      crossEntropyGrad,
      [input(call, 'dy'), logProbabilities, input(call, 'classes')],
      { shape: logProbabilities.shape, dtype: 'float32' },
      {},
    );
  });
}

const crossEntropy = defineLowering(
  'FusedSparseCrossEntropy',
  (graph, _op, [logits = '', classes = ''], [losses, logProbabilities]) => {
    const all = graph.op('LogSoftmax', [logits], { axis: -1 }, logProbabilities);
    const column = graph.int64([-1]);
    const picked = graph.op('GatherElements', [all, graph.op('Unsqueeze', [classes, column])], { axis: 1 });
    graph.op('Neg', [graph.op('Squeeze', [picked, column])], {}, losses);
  },
);

/** Computes (softmax - oneHot) * dy; the one-hot tensor is subtracted at one element per row. */
const crossEntropyGrad = defineLowering(
  'FusedSparseCrossEntropyGrad',
  (graph, _op, [dy = '', logProbabilities = '', classes = ''], [out]) => {
    const column = graph.int64([-1]);
    const scale = graph.op('Unsqueeze', [dy, column]);
    const spread = graph.op('Mul', [graph.op('Exp', [logProbabilities]), scale]);
    const updates = graph.op('Neg', [scale]);
    graph.op(
      'ScatterElements',
      [spread, graph.op('Unsqueeze', [classes, column]), updates],
      { axis: 1, reduction: 'add' },
      out,
    );
  },
);
