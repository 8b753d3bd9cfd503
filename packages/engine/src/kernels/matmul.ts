/** Matrix products. Transposed operands go to ONNX Runtime's FusedMatMul, which reads them in place. */
import { tf } from '../tf.js';
import type { Lowering } from '../backend/record.js';
import { input, register } from './register.js';

export function registerMatMul(): void {
  register('BatchMatMul', (call) => {
    const a = input(call, 'a');
    const b = input(call, 'b');
    const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean };
    const rows = a.shape.at(transposeA ? -1 : -2) ?? 1;
    const columns = b.shape.at(transposeB ? -2 : -1) ?? 1;
    const batch = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return call.backend.record(
      'BatchMatMul',
      matMul,
      [a, b],
      { shape: [...batch, rows, columns], dtype: 'float32' },
      { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
    );
  });
}

const matMul: Lowering = (graph, { attrs }, inputs, [out]) => {
  if (attrs.transA || attrs.transB) {
    graph.contrib('FusedMatMul', inputs, { transA: Number(attrs.transA), transB: Number(attrs.transB) }, out);
  } else {
    graph.op('MatMul', inputs, {}, out);
  }
};
