/** Gradients of element-wise ops with two operands; gradients of broadcast operands are summed. */
import { tf } from '../tf.js';
import { sumTo } from './sum-to.js';

const { add, cast, div, floor, log, mul, neg, pow, scalar, square, sub, where, zerosLike } = tf;

type Partial = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor, y: tf.Tensor) => tf.Tensor;

const partials: Record<string, [Partial, Partial]> = {
  Add: [(dy) => dy, (dy) => dy],
  Sub: [(dy) => dy, (dy) => neg(dy)],
  Multiply: [(dy, _a, b) => mul(dy, asFloat(b)), (dy, a) => mul(dy, asFloat(a))],
  RealDiv: [(dy, _a, b) => div(dy, asFloat(b)), (dy, a, b) => neg(div(mul(dy, asFloat(a)), square(asFloat(b))))],
  FloorDiv: [(dy, _a, b) => div(dy, asFloat(b)), (dy, a, b) => neg(div(mul(dy, asFloat(a)), square(asFloat(b))))],
  Mod: [(dy) => dy, (dy, a, b) => mul(dy, neg(floor(div(a, b))))],
  SquaredDifference: [
    (dy, a, b) => mul(dy, mul(scalar(2), sub(a, b))),
    (dy, a, b) => mul(dy, mul(scalar(2), sub(b, a))),
  ],
  // For equal operands, a gets the whole gradient, as in tfjs.
  Maximum: [
    (dy, a, b) => mul(dy, cast(tf.greaterEqual(a, b), 'float32')),
    (dy, a, b) => mul(dy, cast(tf.less(a, b), 'float32')),
  ],
  Minimum: [
    (dy, a, b) => mul(dy, cast(tf.lessEqual(a, b), 'float32')),
    (dy, a, b) => mul(dy, cast(tf.greater(a, b), 'float32')),
  ],
  Pow: [
    (dy, a, b) => mul(dy, mul(asFloat(b), pow(a, sub(asFloat(b), scalar(1))))),
    (dy, a, _b, y) => mul(dy, mul(y, where(tf.greater(a, scalar(0)), log(a), zerosLike(a)))),
  ],
  Atan2: [
    (dy, a, b) => mul(dy, div(b, add(square(a), square(b)))),
    (dy, a, b) => neg(mul(dy, div(a, add(square(a), square(b))))),
  ],
};

export function registerBinaryGradients(): void {
  // Comparisons have gradient 0. tfjs defines it only for GreaterEqual and throws an error for the others.
  for (const kernelName of [
    'Equal',
    'NotEqual',
    'Greater',
    'GreaterEqual',
    'Less',
    'LessEqual',
    'LogicalAnd',
    'LogicalOr',
  ]) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (_dy, saved) => {
        const [a, b] = saved as [tf.Tensor, tf.Tensor];
        return { a: () => tf.zeros(a.shape), b: () => tf.zeros(b.shape) };
      },
    });
  }
  tf.registerGradient({
    kernelName: 'Prelu',
    inputsToSave: ['x', 'alpha'],
    gradFunc: (upstream, saved) => {
      const [x, alpha] = saved as [tf.Tensor, tf.Tensor];
      const dy = upstream as tf.Tensor;
      const positive = tf.greater(x, scalar(0));
      return {
        x: () => where(positive, dy, mul(dy, alpha)),
        alpha: () => sumTo(where(positive, zerosLike(dy), mul(dy, x)), alpha.shape),
      };
    },
  });
  for (const [kernelName, [partialA, partialB]] of Object.entries(partials)) {
    const needsOutput = kernelName === 'Pow';
    tf.registerGradient({
      kernelName,
      inputsToSave: ['a', 'b'],
      ...(needsOutput ? { outputsToSave: [true] } : {}),
      gradFunc: (upstream, saved) => {
        const [a, b, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const dy = upstream as tf.Tensor;
        return {
          a: () => sumTo(partialA(dy, a, b, y), a.shape),
          b: () => sumTo(partialB(dy, a, b, y), b.shape),
        };
      },
    });
  }
}

function asFloat(x: tf.Tensor): tf.Tensor {
  return cast(x, 'float32');
}
