import { expect, test } from '@jest/globals';
import { tf, useBackend } from '../index.js';

test('rows with the same id are all added, also on several threads', async () => {
  await useBackend('onnx', { threads: 2 });
  const [rows, width, segments] = [40_000, 16, 3];
  const ids = tf.tensor1d(
    Int32Array.from({ length: rows }, (_, row) => row % segments),
    'int32',
  );
  const expected = Array.from({ length: segments }, (_, s) => Math.ceil((rows - s) / segments));
  for (let round = 0; round < 5; round++) {
    const sums = tf.unsortedSegmentSum(tf.ones([rows, width]), ids, segments);
    const values = (await sums.data()) as Float32Array;
    expect([...values]).toEqual(expected.flatMap((count) => new Array<number>(width).fill(count)));
  }
});
