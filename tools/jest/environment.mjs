import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest runs each test file in a VM realm with its own ArrayBuffer and typed arrays, so an array that comes from a worker
 * thread or a native addon is not `instanceof` the constructors the test sees. Sharing the host's constructors cures it.
 */
export default class SharedTypedArrayEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
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
}
