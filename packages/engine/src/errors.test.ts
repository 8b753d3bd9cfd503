import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  BackendUnavailableError,
  formatProfile,
  OnnxRuntimeError,
  OutOfMemoryError,
  readProfile,
  tf,
  UnsupportedKernelError,
  useBackend,
} from './index.js';

beforeAll(() => useBackend('onnx', { threads: 1 }));

describe('errors', () => {
  test('an unsupported op names the kernel and a remedy', () => {
    const image = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
    expect(() => tf.maxPool(image, 2, 1, 'same')).toThrow(UnsupportedKernelError);
    expect(() => tf.maxPool(image, 2, 1, 'same')).toThrow(
      /no kernel 'MaxPool': image ops are not supported; .*useBackend\('wasm'\)/,
    );
  });

  test('a failure in ONNX Runtime names the op, the shapes and the node', async () => {
    const picked = tf.gather(tf.ones([3, 2]), tf.tensor1d([7], 'int32'));
    await expect(picked.data()).rejects.toThrow(OnnxRuntimeError);
    await expect(picked.data()).rejects.toThrow(
      /at node Gather_\d+ \(GatherV2: float32\[3, 2\], int32\[1\] -> float32\[1, 2\]\)/,
    );
    picked.dispose();
  });

  test('a failure does not affect later ops', async () => {
    const bad = tf.gather(tf.ones([3, 2]), tf.tensor1d([7], 'int32'));
    await expect(bad.data()).rejects.toThrow(OnnxRuntimeError);
    expect([...(await tf.add(tf.scalar(1), tf.scalar(2)).data())]).toEqual([3]);
    bad.dispose();
  });

  test('a tensor that is too large names the requested memory', async () => {
    const huge = tf.tile(tf.ones([1, 1]), [2 ** 23, 2 ** 23]);
    await expect(huge.data()).rejects.toThrow(OutOfMemoryError);
    await expect(huge.data()).rejects.toThrow(/GiB\) for a float32 tensor \[8388608, 8388608\]/);
    huge.dispose();
  });

  test('strings are not supported', () => {
    expect(() => tf.tensor1d(['a'])).toThrow(/dtype 'string' is not supported on the onnx backend/);
  });
});

describe('devices', () => {
  test('webgpu works with an adapter and is an error without one', async () => {
    try {
      await useBackend('onnx', { device: 'webgpu' });
    } catch (error) {
      expect(error).toBeInstanceOf(BackendUnavailableError);
      expect(String(error)).toMatch(/device 'webgpu' cannot start on this machine; use device 'cpu'/);
      return;
    }
    expect([...(await tf.square(tf.tensor([1, 2, 3])).data())]).toEqual([1, 4, 9]);
  });
});

describe('the profile', () => {
  test('has one row per op', async () => {
    await useBackend('onnx', { threads: 1, profile: true });
    const product = tf.relu(tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])));
    await product.data();
    const rows = await readProfile();
    expect(rows.map(({ op }) => op)).toEqual(expect.arrayContaining(['MatMul', 'Relu']));
    expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(formatProfile(rows)).toMatch(/^op +calls +milliseconds +share\n/);
    expect(await readProfile()).toEqual([]);
  });
});
