import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { tf, useBackend } from '../index.js';
import { encodeModel } from '../onnx/model.js';
import { onnxBackend } from '../select.js';
import { GraphBuilder } from './builder.js';
import { defineLowering, loweredOps, loweringOf, type OpSpec } from './lowering.js';
import { attrsKey } from './trace.js';

const SPECIAL = [0, -0, 1, NaN, Infinity, -Infinity];
const UNARY =
  'Neg Exp Log Sqrt Tanh Relu Abs Erf Sigmoid Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Softplus Reciprocal ' +
  'Square Rsqrt Relu6 Floor Ceil Round Sign Elu Selu Expm1 Log1p IsNan IsInf IsFinite';
const BINARY =
  'Add Sub Multiply Maximum Minimum Pow RealDiv SquaredDifference Atan2 FloorDiv Mod ' +
  'Equal NotEqual Greater GreaterEqual Less LessEqual';

type Inputs = Record<string, tf.Tensor>;
type Attrs = Record<string, unknown>;

/** Yields calls of every op, with at least two values of every attribute. */
function* calls(): Generator<[kernel: string, inputs: Inputs | tf.Tensor[], attrs?: Attrs]> {
  const floats = tf.ones([2, 3, 4]);
  const integers = tf.ones([2, 3, 4], 'int32');
  const booleans = tf.ones([2, 3, 4], 'bool');
  const matrix = tf.ones([4, 4]);
  const ids = tf.tensor1d([0, 1], 'int32');
  const scalar = tf.scalar(2);
  for (const x of [floats, integers]) {
    for (const name of UNARY.split(' ')) yield [name, { x }];
    for (const name of BINARY.split(' ')) yield [name, { a: x, b: x }];
    for (const alpha of SPECIAL) yield ['Step', { x }, { alpha }];
    for (const low of SPECIAL)
      for (const high of SPECIAL) yield ['ClipByValue', { x }, { clipValueMin: low, clipValueMax: high }];
    for (const constantValue of SPECIAL) {
      yield [
        'PadV2',
        { x },
        {
          paddings: [
            [1, 2],
            [0, 0],
            [0, 1],
          ],
          constantValue,
        },
      ];
      yield [
        'PadV2',
        { x },
        {
          paddings: [
            [2, 1],
            [0, 0],
            [1, 0],
          ],
          constantValue,
        },
      ];
    }
    for (const name of ['Sum', 'Mean', 'Prod', 'Min', 'Max'])
      for (const keepDims of [false, true])
        for (const axis of [[], [0], [1], [0, 2]]) yield [name, { x }, { axis, reductionIndices: axis, keepDims }];
    for (const axis of [0, 1, 2]) {
      for (const exclusive of [false, true])
        for (const reverse of [false, true]) {
          yield ['Cumsum', { x }, { axis, exclusive, reverse }];
          yield ['Cumprod', { x }, { axis, exclusive, reverse }];
        }
      yield ['ArgMax', { x }, { axis }];
      yield ['ArgMin', { x }, { axis }];
      yield ['Concat', [x, x], { axis }];
      yield ['Pack', [x, x], { axis }];
      yield ['Unpack', { value: x }, { axis }];
      yield ['Reverse', { x }, { dims: [axis] }];
      yield ['GatherV2', { x, indices: ids }, { axis, batchDims: 0 }];
    }
    for (const axis of [1, 2]) yield ['GatherV2', { x, indices: tf.ones([2, 2], 'int32') }, { axis, batchDims: 1 }];
    yield ['Reverse', { x }, { dims: [] }];
    yield ['AddN', [x, x]];
    yield ['ZerosLike', { x }];
    yield ['OnesLike', { x }];
    yield ['Cast', { x }, { dtype: 'bool' }];
    yield ['Reshape', { x }, { shape: [6, 4] }];
    yield ['Reshape', { x }, { shape: [4, 6] }];
    yield ['Transpose', { x }, { perm: [2, 1, 0] }];
    yield ['Transpose', { x }, { perm: [1, 2, 0] }];
    yield ['Tile', { x }, { reps: [1, 2, 1] }];
    yield ['Tile', { x }, { reps: [2, 1, 1] }];
    for (const mode of ['reflect', 'symmetric']) {
      yield [
        'MirrorPad',
        { x },
        {
          paddings: [
            [1, 0],
            [0, 0],
            [1, 1],
          ],
          mode,
        },
      ];
      yield [
        'MirrorPad',
        { x },
        {
          paddings: [
            [0, 1],
            [0, 0],
            [1, 1],
          ],
          mode,
        },
      ];
    }
    yield ['BroadcastTo', { x }, { shape: [2, 2, 3, 4] }];
    yield ['Slice', { x }, { begin: [0, 0, 0], size: [1, 2, 2] }];
    yield ['Slice', { x }, { begin: [1, 0, 0], size: [1, 2, 2] }];
    for (const [begin, end, strides] of [
      [
        [0, 0, 0],
        [2, 3, 4],
        [1, 2, 2],
      ],
      [
        [0, 1, 0],
        [2, 3, 3],
        [1, 1, 2],
      ],
      [
        [1, 2, 3],
        [-3, -4, -5],
        [-1, -1, -2],
      ],
    ])
      yield ['StridedSlice', { x }, { begin, end, strides }];
    for (const sizes of [
      [1, 3],
      [3, 1],
      [2, 2],
    ])
      yield ['SplitV', { x }, { numOrSizeSplits: sizes, axis: 2 }];
    for (const k of [1, 2]) yield ['TopK', { x }, { k, sorted: true }];
    yield ['Select', { condition: booleans, t: x, e: x }];
    yield ['Select', { condition: tf.ones([2], 'bool'), t: x, e: x }];
    yield ['GatherNd', { params: x, indices: tf.ones([2, 1], 'int32') }];
    yield ['UnsortedSegmentSum', { x, segmentIds: ids }, { numSegments: 2 }];
    yield ['UnsortedSegmentSum', { x, segmentIds: ids }, { numSegments: 3 }];
    const rows = { indices: tf.ones([2, 1], 'int32'), updates: x };
    yield ['ScatterNd', rows, { shape: [5, 3, 4] }];
    yield ['TensorScatterUpdate', { ...rows, tensor: x }];
  }
  for (const name of ['All', 'Any'])
    for (const axis of [[0], [1, 2]]) yield [name, { x: booleans }, { axis, keepDims: false }];
  yield ['LogicalAnd', { a: booleans, b: booleans }];
  yield ['LogicalOr', { a: booleans, b: booleans }];
  yield ['LogicalNot', { x: booleans }];
  for (const alpha of [0.1, 0.2]) yield ['LeakyRelu', { x: floats }, { alpha }];
  yield ['Fill', {}, { shape: [2, 3], value: 5, dtype: 'float32' }];
  yield ['Fill', {}, { shape: [3, 2], value: 5, dtype: 'float32' }];
  yield ['Softmax', { logits: floats }, { dim: -1 }];
  yield ['LogSoftmax', { logits: floats }, { axis: -1 }];
  for (const transposeA of [false, true])
    for (const transposeB of [false, true]) yield ['BatchMatMul', { a: matrix, b: matrix }, { transposeA, transposeB }];
  for (const dtype of ['int32', 'float32', 'bool'])
    for (const onValue of SPECIAL)
      for (const offValue of SPECIAL) yield ['OneHot', { indices: ids }, { dtype, depth: 3, onValue, offValue }];
  yield ['OneHot', { indices: ids }, { depth: 4, onValue: 1, offValue: 0 }];
  yield ['ScatterRows', { x: floats, ids }, { rows: 5 }];
  yield ['ScatterRows', { x: floats, ids }, { rows: 6 }];
  for (const sparseValues of [tf.ones([2]), tf.scalar(1)])
    yield ['SparseToDense', { sparseIndices: ids, sparseValues, defaultValue: scalar }, { outputShape: [4] }];
  for (const relu of [false, true]) {
    yield ['FusedLinear', { x: matrix, weight: matrix }, { relu }];
    yield ['FusedLinear', { x: matrix, weight: matrix, bias: tf.ones([4]) }, { relu }];
    const [values, zeroPoints] = [tf.ones([4, 4], 'bool'), tf.ones([4], 'bool')];
    const integers = { x: matrix, values, scales: tf.ones([4]), zeroPoints };
    yield ['QuantizedLinear', integers, { relu }];
    yield ['QuantizedLinear', { ...integers, bias: tf.ones([4]) }, { relu }];
  }
  yield ['ReluGrad', { dy: floats, y: floats }];
  yield ['ReluGrad', { dy: floats, y: integers }];
  for (const epsilon of [1e-12, 1e-5])
    yield ['FusedLayerNorm', { x: floats, gamma: tf.ones([4]), beta: tf.ones([4]) }, { epsilon }];
  const perRow = tf.ones([2, 3, 1]);
  yield ['FusedLayerNormGrad', { dy: floats, x: floats, gamma: tf.ones([4]), mean: perRow, scale: perRow }];
  const labels = { classes: tf.ones([4], 'int32') };
  yield ['FusedSparseCrossEntropy', { logits: matrix, ...labels }];
  yield ['FusedSparseCrossEntropyGrad', { dy: tf.ones([4]), logProbabilities: matrix, ...labels }];
  const [q, k, v] = [tf.ones([1, 2, 3, 4]), tf.ones([1, 2, 5, 4]), tf.ones([1, 2, 5, 4])];
  const optional: Inputs[] = [{}, { mask: tf.ones([1, 1, 1, 5]) }, { drop: tf.ones([1, 2, 3, 5]) }];
  for (const more of [...optional, { ...optional[1], ...optional[2] }]) {
    yield ['FusedAttention', { q, k, v, ...more }];
    yield ['FusedAttentionGrad', { dy: q, q, k, v, out: q, ...more }];
  }
  for (const heads of [1, 2]) yield ['FlashAttention', { q: floats, k: floats, v: floats }, { heads }];
}

interface Recorded extends OpSpec {
  op: string;
}

const recorded: { call: Recorded; bytes: string }[] = [];

/** Returns the ONNX model of one op, from a copy of its properties in the structural key. */
function modelOf(call: Recorded): string {
  const { op, attrs, inputs, outputs } = structuredClone(call);
  const graph = new GraphBuilder();
  const operands = inputs.map(({ shape, dtype }, i) => ({ name: `f${i}`, type: dtype, dims: shape }));
  const results = outputs.map(({ shape, dtype }, i) => ({ name: `n0_${i}`, type: dtype, dims: shape }));
  const names = (values: readonly { name: string }[]): string[] => values.map(({ name }) => name);
  loweringOf(op)(graph, { attrs, inputs, outputs }, names(operands), names(results));
  const { nodes, constants } = graph;
  return Buffer.from(encodeModel({ nodes, constants, inputs: operands, outputs: results })).toString('hex');
}

/** Returns the structural key of one op. */
function keyOf({ op, attrs, inputs, outputs }: Recorded): string {
  const specs = [...inputs, ...outputs].map(({ dtype, shape }) => `${dtype}[${shape.join()}]`);
  return `${op}${attrsKey(attrs)}(${inputs.length})${specs.join()}`;
}

beforeAll(async () => {
  await useBackend('onnx', { threads: 1 });
  const backend = onnxBackend();
  if (!backend) throw new Error('the onnx backend is not active');
  const recordMany = jest.spyOn(backend, 'recordMany');
  const collect = (): void => {
    for (const [op, inputs, outputs, attrs] of recordMany.mock.calls.splice(0)) {
      const spec = ({ shape, dtype }: { shape: readonly number[]; dtype: string }) => ({
        shape,
        dtype: dtype as 'bool',
      });
      const call = { op, attrs, inputs: inputs.map(spec), outputs: outputs.map(spec) };
      recorded.push({ call, bytes: modelOf(call) });
    }
  };
  tf.tidy(() => {
    for (const [kernel, inputs, attrs = {}] of calls()) {
      tf.engine().runKernel(kernel, inputs as unknown as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
      collect();
    }
  });
  recordMany.mockRestore();
});

describe('lowerings', () => {
  test('are all tested here', () => {
    expect([...new Set(recorded.map(({ call }) => call.op))].sort()).toEqual(loweredOps().sort());
  });

  test('give the same model again from the properties in the key, after all other ops', () => {
    for (const { call, bytes } of recorded.toReversed()) expect([call, modelOf(call) === bytes]).toEqual([call, true]);
  });

  test('give the same model for the same key', () => {
    const models = new Map<string, string>();
    for (const { call, bytes } of recorded) {
      const known = models.get(keyOf(call)) ?? bytes;
      models.set(keyOf(call), known);
      expect([keyOf(call), bytes === known]).toEqual([keyOf(call), true]);
    }
    expect(models.size).toBeGreaterThan(300);
  });

  test('can be registered only once', () => {
    expect(() => defineLowering('Add', () => undefined)).toThrow(
      "defineLowering: op 'Add' already has a lowering; give the new op another name",
    );
  });
});

describe('an attribute', () => {
  test.each(SPECIAL)('of %d has a separate graph', async (value) => {
    for (const other of SPECIAL) {
      if (Object.is(value, other)) continue;
      for (const each of [value, other]) {
        const padded = tf.pad1d(tf.tensor1d([2]), [0, 1], each);
        expect(await padded.data()).toEqual(Float32Array.of(2, each));
      }
    }
  });

  test('has its value at the time of recording', async () => {
    const [shape, perm, sizes] = [
      [2, 3],
      [1, 0],
      [1, 2],
    ];
    const x = tf.tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
    const filled = tf.zeros(shape);
    const transposed = tf.transpose(x, perm);
    const parts = tf.split(x, sizes, 1);
    for (const array of [shape, perm, sizes]) array.reverse();
    expect((await filled.data()).length).toBe(6);
    expect(await transposed.array()).toEqual([[1, 4], [2, 5], [3, 6]]); // prettier-ignore
    expect(await parts[1].array()).toEqual([[2, 3], [5, 6]]); // prettier-ignore
  });
});
