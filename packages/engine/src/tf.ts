/**
 * The single copy of tfjs-core in the process. This package and its users import `tf` from here, so that there is only one engine, one
 * kernel registry and one gradient registry.
 */
import * as tf from '@tensorflow/tfjs-core';
import { BackendNotSelectedError } from './errors.js';

/** The backend before `useBackend`. Creating a tensor throws an error that tells the caller to select a backend. */
class NoBackend extends tf.KernelBackend {
  override write(): never {
    throw new BackendNotSelectedError();
  }

  override numDataIds(): number {
    return 0;
  }

  override dispose(): void {
    // It holds nothing.
  }
}

tf.registerBackend('none', () => new NoBackend(), 0);

export { tf };
