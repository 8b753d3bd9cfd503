/** Ops that create tensors, and ops that return their operand. */
import { tf } from '../tf.js';
import { defineLowering, type Lowering, type NoAttrs } from '../graph/lowering.js';
import { asDType, asTensorData } from '../graph/record.js';
import type { GraphBuilder } from '../graph/builder.js';
import { input, register } from './register.js';

export function registerCreationOps(): void {
  register('Identity', (call) => call.backend.alias(input(call, 'x')));
  register('StopGradient', (call) => call.backend.alias(input(call, 'x')));
  register('Cast', (call) => {
    const x = input(call, 'x');
    const from = asDType(x.dtype, 'Cast');
    const to = asDType(call.attrs.dtype as string, 'Cast');
    if (from === to) return call.backend.alias(x);
    return call.backend.record(cast, [x], { shape: x.shape, dtype: to }, {});
  });
  register('ZerosLike', (call) => {
    const x = input(call, 'x');
    const dtype = asDType(x.dtype, 'ZerosLike');
    return call.backend.record(zeros, [], { shape: x.shape, dtype }, {});
  });
  register('OnesLike', (call) => {
    const x = input(call, 'x');
    const dtype = asDType(x.dtype, 'OnesLike');
    return call.backend.record(ones, [], { shape: x.shape, dtype }, {});
  });
  register('Fill', (call) => {
    const { shape, value, dtype } = call.attrs as { shape: number[]; value: number; dtype?: string };
    const type = asDType(dtype ?? tf.util.inferDtype(value), 'Fill');
    if (value === 0 || value === 1) return call.backend.record(value ? ones : zeros, [], { shape, dtype: type }, {});
    // Other values may change from step to step, so they are inputs of the graph.
    const scalar = { dataId: call.backend.write(asTensorData([value], type), [], type), shape: [], dtype: type };
    const result = call.backend.record(fill, [scalar], { shape, dtype: type }, {});
    call.backend.disposeData(scalar.dataId);
    return result;
  });
  register('Range', (call) => {
    const { start, stop, step, dtype } = call.attrs as { start: number; stop: number; step: number; dtype: string };
    const type = asDType(dtype, 'Range');
    // In tfjs, a range counts down when the step is the default of 1 and the stop is below the start.
    const stride = stop < start && step === 1 ? -1 : step;
    const count = start === stop || (stop - start) * stride < 0 ? 0 : Math.abs(Math.ceil((stop - start) / stride));
    const values = Array.from({ length: count }, (_, i) => start + i * stride);
    return { dataId: call.backend.write(asTensorData(values, type), [count], type), shape: [count], dtype: type };
  });
  register('LinSpace', (call) => {
    const { start, stop, num } = call.attrs as { start: number; stop: number; num: number };
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    const values = Float32Array.from({ length: num }, (_, i) => (i === num - 1 && num > 1 ? stop : start + i * step));
    return { dataId: call.backend.write(values, [num], 'float32'), shape: [num], dtype: 'float32' };
  });
  register('AddN', (call) => {
    const terms = Object.values(call.inputs);
    const [first] = terms;
    if (!first) throw new TypeError('addN: got no tensors; give at least one');
    const dtype = asDType(first.dtype, 'AddN');
    return call.backend.record(addN, terms, { shape: first.shape, dtype }, {});
  });
}

const cast = defineLowering('Cast', (graph, { outputs }, [x = ''], [out]) => {
  graph.cast(x, outputs[0].dtype, out);
});

const zeros = defineLowering('Zeros', filled(0));
const ones = defineLowering('Ones', filled(1));

function filled(value: 0 | 1): Lowering<NoAttrs> {
  return (graph, { outputs }, _inputs, [out]) => {
    const { shape, dtype: type } = outputs[0];
    const bytes = new Uint8Array(
      value && type === 'float32' ? Float32Array.of(1).buffer : type === 'bool' ? [value] : [value, 0, 0, 0],
    );
    graph.op('ConstantOfShape', [graph.int64(shape)], { value: { tensor: { type, dims: [1], bytes } } }, out);
  };
}

const fill = defineLowering('Fill', (graph, { outputs }, [scalar = ''], [out]) => {
  graph.op('Expand', [scalar, graph.int64(outputs[0].shape)], {}, out);
});

const addN = defineLowering('AddN', (graph, { outputs }, operands, [out]) => {
  if (outputs[0].dtype === 'float32') graph.op('Sum', operands, {}, out);
  else sumOneByOne(graph, operands, out);
});

/** Sums integer operands pairwise, because ONNX's Sum supports only floats. */
function sumOneByOne(graph: GraphBuilder, operands: readonly string[], out: string | undefined): void {
  let total = operands[0] ?? '';
  operands.slice(1).forEach((operand, i) => {
    total = graph.op('Add', [total, operand], {}, i === operands.length - 2 ? out : undefined);
  });
  if (operands.length === 1) graph.op('Identity', [total], {}, out);
}
