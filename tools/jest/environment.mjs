import { TestEnvironment } from 'jest-environment-node';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What node takes the folder for temporary files from: the first on POSIX, the others on Windows. */
const TEMPORARY = ['TMPDIR', 'TEMP', 'TMP'];

/**
 * The environment of a test file.
 *
 * - Jest runs each test file in a VM realm with its own ArrayBuffer and typed arrays, so an array that comes from a worker
 *   thread or a native addon is not `instanceof` the constructors the test sees. Sharing the host's constructors cures it.
 * - Each test file has a temporary folder of its own, which `tmpdir()` returns in it and in processes that it starts. So a test
 *   can count what a call left there, whatever runs at the same time. The folder is removed after the last test.
 * - `jest.replaceProperty(process, 'platform', 'win32')` works, so that a test sees what the code does on another system.
 */
export default class TestFileEnvironment extends TestEnvironment {
  constructor(config, context) {
    const before = TEMPORARY.map((name) => [name, process.env[name]]);
    const folder = mkdtempSync(path.join(tmpdir(), 'jest-'));
    // The process of the test is a copy, which super makes.
    for (const name of TEMPORARY) process.env[name] = folder;
    super(config, context);
    for (const name of ['platform', 'arch']) {
      Object.defineProperty(this.global.process, name, { value: process[name], writable: true });
    }
    this.temporary = { folder, before };
    for (const constructor of [
      ArrayBuffer,
      SharedArrayBuffer,
      DataView,
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ]) {
      this.global[constructor.name] = constructor;
    }
  }

  async teardown() {
    const { folder, before } = this.temporary;
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // A folder that cannot be removed, because a test took its permissions away, is not a failure of the test.
    }
    await super.teardown();
  }
}
