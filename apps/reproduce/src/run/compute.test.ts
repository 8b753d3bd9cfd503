import { afterEach, expect, test } from '@jest/globals';
import { computeSettings } from './compute.js';
import { computeName } from './study.js';

const before = { ...process.env };
afterEach(() => void (process.env = { ...before }));

test.each([
  ['GENEFORMER_THREADS', 'abc', /^GENEFORMER_THREADS: "abc" is not a whole number from 1 to 1024; set one/],
  ['GENEFORMER_THREADS', '0', /^GENEFORMER_THREADS: "0"/],
  ['GENEFORMER_THREADS', '-1', /^GENEFORMER_THREADS: "-1"/],
  ['GENEFORMER_THREADS', '1e9', /^GENEFORMER_THREADS: "1e9"/],
  ['GENEFORMER_THREADS', '1.5', /^GENEFORMER_THREADS: "1.5"/],
  ['GENEFORMER_BACKEND', 'gpu', /^GENEFORMER_BACKEND: "gpu" is not known; set one of: onnx, wasm, cpu, tensorflow/],
  ['GENEFORMER_DEVICE', 'cuda', /^GENEFORMER_DEVICE: "cuda" is not known; set one of: cpu, webgpu/],
  ['GENEFORMER_PROFILE', 'maybe', /^GENEFORMER_PROFILE: "maybe" is neither on nor off; set 1 or 0/],
])('%s=%s is refused with an error that names the variable', (name, value, problem) => {
  process.env[name] = value;
  expect(computeSettings).toThrow(problem);
});

test('empty variables count as unset', () => {
  for (const name of ['THREADS', 'BACKEND', 'DEVICE', 'PROFILE']) process.env[`GENEFORMER_${name}`] = '';
  expect(computeSettings()).toEqual({ backend: 'onnx', device: undefined, threads: undefined, profile: false });
  expect(computeName()).toBe('onnx');
});
