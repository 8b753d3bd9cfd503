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

describe('what goes wrong says what to do', () => {
  test('an op without a kernel names it and a way around it', () => {
    const image = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
    expect(() => tf.maxPool(image, 2, 1, 'same')).toThrow(UnsupportedKernelError);
    expect(() => tf.maxPool(image, 2, 1, 'same')).toThrow(
      /no kernel 'MaxPool': it is for images; .*useBackend\('wasm'\)/,
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

  test('a failure does not poison what follows', async () => {
    const bad = tf.gather(tf.ones([3, 2]), tf.tensor1d([7], 'int32'));
    await expect(bad.data()).rejects.toThrow(OnnxRuntimeError);
    expect([...(await tf.add(tf.scalar(1), tf.scalar(2)).data())]).toEqual([3]);
    bad.dispose();
  });

  test('a tensor beyond all memory says how much was asked', async () => {
    const huge = tf.tile(tf.ones([1, 1]), [2 ** 23, 2 ** 23]);
    await expect(huge.data()).rejects.toThrow(OutOfMemoryError);
    await expect(huge.data()).rejects.toThrow(/GiB\) for a float32 tensor \[8388608, 8388608\]/);
    huge.dispose();
  });

  test('strings are refused by name', () => {
    expect(() => tf.tensor1d(['a'])).toThrow(/dtype 'string' is not supported on the onnx backend/);
  });
});

describe('devices', () => {
  test('webgpu computes where an adapter exists and says so where none does', async () => {
    try {
      await useBackend('onnx', { device: 'webgpu' });
    } catch (error) {
      expect(error).toBeInstanceOf(BackendUnavailableError);
      expect(String(error)).toMatch(/device 'webgpu' does not start here; use device 'cpu'/);
      return;
    }
    expect([...(await tf.square(tf.tensor([1, 2, 3])).data())]).toEqual([1, 4, 9]);
  });
});

describe('the profile', () => {
  test('has a row for each op', async () => {
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
