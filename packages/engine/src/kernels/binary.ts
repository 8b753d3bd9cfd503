/** Element-wise ops with two operands and broadcasting. */
import { tf } from '../tf.js';
import type { GraphBuilder } from '../graph/builder.js';
import { defineLowering } from '../graph/lowering.js';
import { asDType, type DType } from '../graph/record.js';
import { input, register } from './register.js';

type Emit = (graph: GraphBuilder, a: string, b: string, dtype: DType, out: string) => void;

const direct = (op: string): Emit => {
  return (graph, a, b, _dtype, out) => {
    graph.op(op, [a, b], {}, out);
  };
};

const arithmetic: Record<string, Emit> = {
  Add: direct('Add'),
  Sub: direct('Sub'),
  Multiply: direct('Mul'),
  Maximum: direct('Max'),
  Minimum: direct('Min'),
  Pow: direct('Pow'),
  RealDiv: direct('Div'),
  SquaredDifference: (g, a, b, _dtype, out) => {
    const difference = g.op('Sub', [a, b]);
    g.op('Mul', [difference, difference], {}, out);
  },
  // ONNX has only Atan: pi is added or subtracted where b is negative.
  Atan2: (g, a, b, _dtype, out) => {
    const zero = g.float(0);
    const atan = g.op('Atan', [g.op('Div', [a, b])]);
    const offset = g.op('Where', [g.op('Less', [a, zero]), g.float(-Math.PI), g.float(Math.PI)]);
    const shifted = g.op('Where', [g.op('Less', [b, zero]), g.op('Add', [atan, offset]), atan]);
    const both = g.op('And', [g.op('Equal', [a, zero]), g.op('Equal', [b, zero])]);
    g.op('Where', [both, zero, shifted], {}, out);
  },
  FloorDiv: (g, a, b, dtype, out) => {
    if (dtype === 'float32') g.op('Floor', [g.op('Div', [a, b])], {}, out);
    // ONNX rounds quotients of integers towards zero; float64 represents every int32 exactly.
    else g.cast(g.op('Floor', [g.op('Div', [float64(g, a), float64(g, b)])]), 'int32', out);
  },
  Mod: (g, a, b, dtype, out) => {
    if (dtype === 'int32') g.op('Mod', [a, b], {}, out);
    else {
      // The result has the sign of the divisor, as in Python.
      const rest = g.op('Mod', [a, b], { fmod: 1 });
      g.op('Mod', [g.op('Add', [rest, b]), b], { fmod: 1 }, out);
    }
  },
};

const comparisons: Record<string, Emit> = {
  Equal: direct('Equal'),
  NotEqual: (g, a, b, _dtype, out) => {
    g.op('Not', [g.op('Equal', [a, b])], {}, out);
  },
  Greater: direct('Greater'),
  GreaterEqual: direct('GreaterOrEqual'),
  Less: direct('Less'),
  LessEqual: direct('LessOrEqual'),
  LogicalAnd: direct('And'),
  LogicalOr: direct('Or'),
};

function float64(graph: GraphBuilder, x: string): string {
  return graph.op('Cast', [x], { to: 11 });
}

const ops = Object.entries({ ...arithmetic, ...comparisons }).map(([name, emit]) =>
  defineLowering(name, (graph, { inputs }, [a = '', b = ''], [out = '']) => {
    emit(graph, a, b, inputs[0].dtype, out);
  }),
);

export function registerBinary(): void {
  for (const op of ops) {
    register(op, (call) => {
      const a = input(call, 'a');
      const b = input(call, 'b');
      const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
      const dtype = asDType(a.dtype, op);
      return call.backend.record(op, [a, b], { shape, dtype: op in comparisons ? 'bool' : dtype }, {});
    });
  }
}
