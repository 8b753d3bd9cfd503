/** Matrix products. ONNX Runtime's FusedMatMul reads transposed operands in place. */
import { tf } from '../tf.js';
import { defineLowering } from '../graph/lowering.js';
import { asDType } from '../graph/record.js';
import { input, register } from './register.js';

export function registerMatMul(): void {
  register('BatchMatMul', (call) => {
    const a = input(call, 'a');
    const b = input(call, 'b');
    const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean };
    const rows = a.shape.at(transposeA ? -1 : -2) ?? 1;
    const columns = b.shape.at(transposeB ? -2 : -1) ?? 1;
    const inner = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
    tf.util.assert(
      a.shape.length >= 2 && b.shape.length >= 2 && inner[0] === inner[1],
      () =>
        `matMul: inner shapes (${inner.join(') and (')}) of tensors with shapes ${a.shape} and ${b.shape} must match`,
    );
    const dtype = asDType(a.dtype, 'matMul');
    const batch = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return call.backend.record(
      matMul,
      [a, b],
      { shape: [...batch, rows, columns], dtype },
      { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
    );
  });
}

const matMul = defineLowering<{ transA: 0 | 1; transB: 0 | 1 }>('BatchMatMul', (graph, op, inputs, [out]) => {
  const { transA, transB } = op.attrs;
  const { dtype } = op.outputs[0];
  if (dtype !== 'float32') {
    // FusedMatMul supports only floats; int32 products above 2^24 lose precision, as in tfjs's own backends.
    const floats = inputs.map((name) => graph.cast(name, 'float32'));
    graph.cast(graph.contrib('FusedMatMul', floats, { transA, transB }), dtype, out);
  } else if (transA || transB) {
    graph.contrib('FusedMatMul', inputs, { transA, transB }, out);
  } else {
    graph.op('MatMul', inputs, {}, out);
  }
});
