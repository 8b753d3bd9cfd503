/** Runs test suites on every available backend and device; `cpu` is the reference for the others. */
import { beforeAll, describe } from '@jest/globals';
import { useBackend, type BackendName, type BackendOptions } from '../index.js';

interface Runner {
  title: string;
  backend: BackendName;
  options: BackendOptions;
}

const runners: readonly Runner[] = [
  { title: 'onnx', backend: 'onnx', options: { threads: 1 } },
  { title: 'wasm', backend: 'wasm', options: {} },
  { title: 'cpu', backend: 'cpu', options: {} },
];

const webgpu: Runner = { title: 'onnx, webgpu', backend: 'onnx', options: { threads: 1, device: 'webgpu' } };
const withoutWebgpu = await useBackend(webgpu.backend, webgpu.options).then(
  () => undefined,
  (error: Error) => error.message,
);

/** Defines a suite for every backend. */
export function describeBackends(title: string, suite: (backend: BackendName) => void): void {
  for (const { title: name, backend, options } of withoutWebgpu === undefined ? [...runners, webgpu] : runners) {
    describe(`${title} on ${name}`, () => {
      beforeAll(() => useBackend(backend, options));
      suite(backend);
    });
  }
  if (withoutWebgpu !== undefined) {
    const skipped = `${title} on ${webgpu.title} (skipped: ${withoutWebgpu})`;
    // With an adapter the suite runs above. A skipped suite is in the count of the test summary, with the message of the failed start.
    describe.skip(skipped, () => suite(webgpu.backend)); // reason: WebGPU needs a graphics adapter, which this machine lacks
  }
}
