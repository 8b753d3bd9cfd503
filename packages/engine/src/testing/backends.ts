/** The suite runs over every backend that is always there; `cpu`, slow and plain, is the oracle for the others. */
import { beforeAll, describe } from '@jest/globals';
import { useBackend, type BackendName } from '../index.js';

export const backends: readonly BackendName[] = ['onnx', 'wasm', 'cpu'];

export function describeBackends(title: string, suite: (backend: BackendName) => void): void {
  describe.each(backends)(`${title} on %s`, (backend) => {
    beforeAll(() => useBackend(backend, { threads: 1 }));
    suite(backend as BackendName);
  });
}
