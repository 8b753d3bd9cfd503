import { afterEach, expect, jest, test } from '@jest/globals';
import { nativeSession } from './native.js';

afterEach(() => void jest.restoreAllMocks());

test.each([
  ['darwin', 'arm64'],
  ['win32', 'x64'],
  ['linux', 'riscv64'],
] as const)('the native library of %s %s is asked for there, and named if it cannot be loaded', (platform, arch) => {
  jest.replaceProperty(process, 'platform', platform);
  jest.replaceProperty(process, 'arch', arch);
  expect(() => nativeSession()).toThrow(
    `package @geneformer-ts/onnxruntime-${platform}-${arch} is not installed or cannot be loaded`,
  );
});
