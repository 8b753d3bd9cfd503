/** Element-wise ops with one operand. */
import type { GraphBuilder } from '../graph/builder.js';
import { defineLowering, type OpName } from '../graph/lowering.js';
import { asDType, type Attrs, type DType } from '../graph/record.js';
import { input, register } from './register.js';

type Emit = (graph: GraphBuilder, x: string, attrs: Attrs, dtype: DType, out: string) => void;

/** Ops with an equivalent ONNX operator. */
const direct: Record<string, string> = {
  Neg: 'Neg',
  Exp: 'Exp',
  Log: 'Log',
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
  Relu: 'Relu',
  Abs: 'Abs',
  Erf: 'Erf',
  Sigmoid: 'Sigmoid',
  Sin: 'Sin',
  Cos: 'Cos',
  Tan: 'Tan',
  Asin: 'Asin',
  Acos: 'Acos',
  Atan: 'Atan',
  Sinh: 'Sinh',
  Cosh: 'Cosh',
  Asinh: 'Asinh',
  Acosh: 'Acosh',
  Atanh: 'Atanh',
  Softplus: 'Softplus',
  Reciprocal: 'Reciprocal',
};

/** Ops that need several ONNX nodes. */
const composed: Record<string, Emit> = {
  Square: (g, x, _attrs, _dtype, out) => g.op('Mul', [x, x], {}, out),
  Rsqrt: (g, x, _attrs, _dtype, out) => g.op('Reciprocal', [g.op('Sqrt', [x])], {}, out),
  Relu6: (g, x, _attrs, dtype, out) => g.op('Clip', [x, g.scalar(dtype, 0), g.scalar(dtype, 6)], {}, out),
  Floor: rounding('Floor'),
  Ceil: rounding('Ceil'),
  Round: rounding('Round'),
  // The sign of NaN is NaN in ONNX and 0 in tfjs.
  Sign: (g, x, _attrs, dtype, out) => {
    const positive = g.cast(g.op('Greater', [x, g.scalar(dtype, 0)]), dtype);
    g.op('Sub', [positive, g.cast(g.op('Less', [x, g.scalar(dtype, 0)]), dtype)], {}, out);
  },
  ClipByValue: (g, x, attrs, dtype, out) =>
    g.op('Clip', [x, g.scalar(dtype, Number(attrs.low)), g.scalar(dtype, Number(attrs.high))], {}, out),
  LeakyRelu: (g, x, attrs, _dtype, out) => g.op('LeakyRelu', [x], { alpha: { float: Number(attrs.alpha) } }, out),
  Elu: (g, x, _attrs, _dtype, out) => g.op('Elu', [x], { alpha: { float: 1 } }, out),
  Selu: (g, x, _attrs, _dtype, out) => g.op('Selu', [x], {}, out),
  // exp(x) - 1 loses precision near zero, unlike 2t / (1 - t) with t = tanh(x/2), which is equal.
  Expm1: (g, x, _attrs, _dtype, out) => {
    const t = g.op('Tanh', [g.op('Mul', [x, g.float(0.5)])]);
    const small = g.op('Div', [g.op('Mul', [t, g.float(2)]), g.op('Sub', [g.float(1), t])]);
    const large = g.op('Sub', [g.op('Exp', [x]), g.float(1)]);
    g.op('Where', [g.op('Less', [g.op('Abs', [x]), g.float(1)]), small, large], {}, out);
  },
  // log1p(x) = 2 atanh(x / (2 + x)), which is precise near zero.
  Log1p: (g, x, _attrs, _dtype, out) => {
    const small = g.op('Mul', [g.op('Atanh', [g.op('Div', [x, g.op('Add', [x, g.float(2)])])]), g.float(2)]);
    const large = g.op('Log', [g.op('Add', [x, g.float(1)])]);
    g.op('Where', [g.op('Less', [g.op('Abs', [x]), g.float(0.5)]), small, large], {}, out);
  },
  // 1 above zero, otherwise alpha; NaN stays NaN.
  Step: (g, x, attrs, dtype, out) => {
    const positive = g.op('Greater', [x, g.scalar(dtype, 0)]);
    const step = g.op('Where', [positive, g.float(1), g.float(Number(attrs.alpha))]);
    if (dtype === 'int32') g.cast(step, 'int32', out);
    else g.op('Where', [g.op('IsNaN', [x]), x, step], {}, out);
  },
};

const booleans: Record<string, Emit> = {
  IsNan: (g, x, _attrs, _dtype, out) => g.op('IsNaN', [x], {}, out),
  IsInf: (g, x, _attrs, _dtype, out) => g.op('IsInf', [x], {}, out),
  IsFinite: (g, x, _attrs, _dtype, out) => {
    g.op('Not', [g.op('Or', [g.op('IsNaN', [x]), g.op('IsInf', [x])])], {}, out);
  },
  LogicalNot: (g, x, _attrs, _dtype, out) => g.op('Not', [x], {}, out),
};

/** Ops that return integers for integers; all others compute in float32. */
const keepIntegers = new Set([
  'Neg',
  'Relu',
  'Relu6',
  'Abs',
  'Sign',
  'Square',
  'Floor',
  'Ceil',
  'Round',
  'ClipByValue',
  'Step',
  'LogicalNot',
]);

function rounding(op: string): Emit {
  return (g, x, _attrs, dtype, out) => g.op(dtype === 'float32' ? op : 'Identity', [x], {}, out);
}

const ops = [
  ...Object.entries(direct).map(([name, op]) => define(name, (g, x, _attrs, _dtype, out) => g.op(op, [x], {}, out))),
  ...Object.entries({ ...composed, ...booleans }).map(([name, emit]) => define(name, emit)),
];

function define(name: string, emit: Emit): OpName {
  return defineLowering<Attrs>(name, (graph, { attrs, inputs }, [operand = ''], [out = '']) => {
    const from = inputs[0].dtype;
    const dtype = computesIn(name, from);
    emit(graph, from === dtype ? operand : graph.cast(operand, dtype), attrs, dtype, out);
  });
}

function computesIn(name: string, from: DType): DType {
  return from === 'float32' || keepIntegers.has(name) ? from : 'float32';
}

export function registerUnary(): void {
  for (const op of ops) {
    register(op, (call) => {
      const x = input(call, op === 'Step' || !('logits' in call.inputs) ? 'x' : 'logits');
      const dtype = op in booleans ? 'bool' : computesIn(op, asDType(x.dtype, op));
      const { alpha, clipValueMin, clipValueMax } = call.attrs as Record<string, number | undefined>;
      const attrs: Attrs =
        op === 'ClipByValue' ? { low: clipValueMin, high: clipValueMax } : alpha === undefined ? {} : { alpha };
      return call.backend.record(op, [x], { shape: x.shape, dtype }, attrs);
    });
  }
}
