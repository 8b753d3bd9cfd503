/** Gradients of element-wise ops with one operand. */
import { reluGradient } from '../fused/relu-gradient.js';
import { tf } from '../tf.js';

type Attrs = Readonly<Record<string, unknown>>;
type Derivative = (dy: tf.Tensor, value: tf.Tensor, attrs: Attrs) => tf.Tensor;

const {
  add,
  cast,
  cos,
  cosh,
  div,
  exp,
  logicalAnd,
  mul,
  neg,
  scalar,
  sigmoid,
  sin,
  sinh,
  sqrt,
  square,
  step,
  sub,
  where,
  zerosLike,
} = tf;

/** Slope of erf at zero. */
const ERF_SLOPE = 2 / Math.sqrt(Math.PI);
/** SELU's constants (Klambauer et al. 2017). */
const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

const one = (): tf.Scalar => scalar(1);
const oneMinusSquare = (x: tf.Tensor): tf.Tensor => sub(one(), square(x));
const asFloat = (x: tf.Tensor): tf.Tensor => cast(x, 'float32');

/** Gradients as functions of (dy, operand). */
const ofInput: Record<string, Derivative> = {
  Abs: (dy, x) => mul(dy, step(asFloat(x), -1)),
  Acos: (dy, x) => neg(div(dy, sqrt(oneMinusSquare(x)))),
  Acosh: (dy, x) => div(dy, sqrt(sub(square(x), one()))),
  Asin: (dy, x) => div(dy, sqrt(oneMinusSquare(x))),
  Asinh: (dy, x) => div(dy, sqrt(add(one(), square(x)))),
  Atan: (dy, x) => div(dy, add(one(), square(x))),
  Atanh: (dy, x) => div(dy, oneMinusSquare(x)),
  Cos: (dy, x) => neg(mul(sin(x), dy)),
  Cosh: (dy, x) => mul(sinh(x), dy),
  Erf: (dy, x) => mul(dy, mul(exp(neg(square(x))), scalar(ERF_SLOPE))),
  Expm1: (dy, x) => mul(dy, exp(x)),
  LeakyRelu: (dy, x, attrs) => mul(dy, step(x, Number(attrs.alpha))),
  Log: (dy, x) => div(dy, x),
  Log1p: (dy, x) => div(dy, add(x, one())),
  Reciprocal: (dy, x) => neg(div(dy, square(x))),
  Relu6: (dy, x) => mul(dy, mul(asFloat(tf.lessEqual(x, scalar(6))), step(x))),
  Rsqrt: (dy, x) => neg(div(dy, mul(tf.pow(x, scalar(1.5)), scalar(2)))),
  Selu: (dy, x) =>
    where(tf.greater(x, scalar(0)), mul(dy, scalar(SELU_SCALE)), mul(dy, mul(scalar(SELU_SCALE_ALPHA), exp(x)))),
  Sin: (dy, x) => mul(cos(x), dy),
  Sinh: (dy, x) => mul(cosh(x), dy),
  Softplus: (dy, x) => mul(dy, sigmoid(x)),
  Sqrt: (dy, x) => div(dy, mul(sqrt(x), scalar(2))),
  Square: (dy, x) => mul(dy, mul(asFloat(x), scalar(2))),
  Tan: (dy, x) => div(dy, square(cos(x))),
};

/** Gradients as functions of (dy, result), which need fewer operations. */
const ofOutput: Record<string, Derivative> = {
  Elu: (dy, y) => where(tf.greaterEqual(y, scalar(0)), dy, mul(dy, add(y, one()))),
  Exp: (dy, y) => mul(dy, y),
  Relu: (dy, y) => reluGradient(dy, y),
  Sigmoid: (dy, y) => mul(dy, mul(y, sub(one(), y))),
  Tanh: (dy, y) => mul(oneMinusSquare(y), dy),
};

/** Piecewise constant ops, with gradient 0. */
const piecewiseConstant = [
  'IsFinite',
  'IsInf',
  'IsNan',
  'Ceil',
  'Floor',
  'Round',
  'Sign',
  'Step',
  'ZerosLike',
  'OnesLike',
];

export function registerUnaryGradients(): void {
  for (const [kernelName, derivative] of Object.entries(ofInput)) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (dy, [x], attrs) => ({ x: () => derivative(dy as tf.Tensor, x, attrs) }),
    });
  }
  for (const [kernelName, derivative] of Object.entries(ofOutput)) {
    tf.registerGradient({
      kernelName,
      outputsToSave: [true],
      gradFunc: (dy, [y], attrs) => ({ x: () => derivative(dy as tf.Tensor, y, attrs) }),
    });
  }
  for (const kernelName of piecewiseConstant) {
    tf.registerGradient({ kernelName, gradFunc: (dy) => ({ x: () => zerosLike(dy as tf.Tensor) }) });
  }
  for (const kernelName of ['ArgMax', 'ArgMin']) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (_dy, [x]) => ({ x: () => zerosLike(x) }),
    });
  }
  tf.registerGradient({ kernelName: 'Neg', gradFunc: (dy) => ({ x: () => neg(dy as tf.Tensor) }) });
  tf.registerGradient({ kernelName: 'Identity', gradFunc: (dy) => ({ x: () => cast(dy as tf.Tensor, 'float32') }) });
  tf.registerGradient({ kernelName: 'Cast', gradFunc: (dy) => ({ x: () => cast(dy as tf.Tensor, 'float32') }) });
  tf.registerGradient({
    kernelName: 'ClipByValue',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => {
        const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
        const inside = logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax));
        return where(inside, dy as tf.Tensor, zerosLike(dy as tf.Tensor));
      },
    }),
  });
}
