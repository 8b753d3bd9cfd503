/** Kernels that this backend does not have throw an error that says what to do instead. */
import { tf } from '../tf.js';
import { UnsupportedKernelError } from '../errors.js';
import { BACKEND, register } from './register.js';

const OTHER_BACKEND = "await the operands' data and compute it on useBackend('wasm') or useBackend('cpu')";

const remedies: readonly [RegExp, string][] = [
  [/Complex|Real|Imag|FFT/, `complex numbers are not computed with; ${OTHER_BACKEND}`],
  [/String|NGrams/, `strings are not computed with; handle them in JavaScript`],
  [
    /Unique|Ragged|Sparse|Where|NonMaxSuppression|BroadcastArgs/,
    `its result's shape depends on values; ${OTHER_BACKEND}`,
  ],
  [/Multinomial/, 'draw with tf.randomUniform and compare, or sample in JavaScript'],
  [
    /Conv|Pool|Dilation|Resize|Crop|Image|Pixels|Draw|Flip|Rotate|LRN|Depth|Transform/,
    `it is for images; ${OTHER_BACKEND}`,
  ],
];

/** Run after all other kernels are registered: names every kernel that tfjs-core has and this backend has not. */
export function registerUnsupported(): void {
  const names = Object.values(tf).filter(
    (value) => typeof value === 'string' && /^_?[A-Z][A-Za-z0-9]+$/.test(value),
  ) as string[];
  for (const name of new Set(names)) {
    // tfjs asks whether this one is there and has its own way when it is not.
    if (tf.getKernel(name, BACKEND) || name === 'FromPixels') continue;
    const remedy = remedies.find(([pattern]) => pattern.test(name))?.[1] ?? OTHER_BACKEND;
    register(name, () => {
      throw new UnsupportedKernelError(name, remedy);
    });
  }
}
