import { expect, test } from '@jest/globals';
import { ArgumentError, BackendMissingError, type BackendOptions, tf, useBackend } from './index.js';

test('before a backend is selected, a tensor is an error that says how to select one', () => {
  expect(() => tf.scalar(1)).toThrow("no backend is selected; call await useBackend('onnx')");
});

test.each(['tensorflow', 'tensorflow-gpu'] as const)('%s names the missing package', async (name) => {
  await expect(useBackend(name)).rejects.toThrow(BackendMissingError);
  await expect(useBackend(name)).rejects.toThrow(
    /@tensorflow\/tfjs-node(-gpu)?, which could not be loaded; install it/,
  );
});

test('an error for an unknown backend lists the backends', async () => {
  await expect(useBackend('webgl' as 'cpu')).rejects.toThrow(
    /'webgl' cannot be used: it does not exist; choose one of onnx, wasm/,
  );
});

test.each([
  [{ threads: 0 }, 'threads: 0 is not valid; use a whole number from 1 to 1024'],
  [{ threads: -1 }, 'threads: -1 is not valid'],
  [{ threads: 2.5 }, 'threads: 2.5 is not valid'],
  [{ threads: NaN }, 'threads: NaN is not valid'],
  [{ threads: 1e9 }, 'threads: 1000000000 is not valid'],
  [{ threads: '2' }, 'threads: "2" is not valid'],
  [{ device: 'gpu' }, `device: "gpu" is not valid; use 'cpu' or 'webgpu'`],
  [{ spin: 'no' }, 'spin: "no" is not valid; use true or false'],
  [{ profile: 0 }, 'profile: 0 is not valid; use true or false'],
])('the options %p are refused', async (options, message) => {
  await expect(useBackend('onnx', options as BackendOptions)).rejects.toThrow(message);
});

test('an option that is refused leaves the backend as it was', async () => {
  await useBackend('onnx', { threads: 1 });
  const x = tf.add(tf.tensor1d([1, 2]), 1);
  await expect(useBackend('cpu', { threads: 0 })).rejects.toThrow(ArgumentError);
  expect(tf.getBackend()).toBe('onnx');
  expect([...(await x.data())]).toEqual([2, 3]);
});

test.each(['onnx', 'wasm', 'cpu'] as const)('%s becomes the current backend', async (name) => {
  await useBackend(name);
  expect(tf.getBackend()).toBe(name);
});
