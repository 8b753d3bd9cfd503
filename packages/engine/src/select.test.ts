import { expect, test } from '@jest/globals';
import { BackendMissingError, tf, useBackend } from './index.js';

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

test.each(['onnx', 'wasm', 'cpu'] as const)('%s becomes the current backend', async (name) => {
  await useBackend(name);
  expect(tf.getBackend()).toBe(name);
});
