/** Kernels that this backend does not have; they throw an error with a remedy. */
import { tf } from '../tf.js';
import { UnsupportedKernelError } from '../errors.js';
import { BACKEND, register } from './register.js';

const OTHER_BACKEND = "await the operands' data and compute it on useBackend('wasm') or useBackend('cpu')";

const remedies: readonly [RegExp, string][] = [
  [/Complex|Real|Imag|FFT/, `complex numbers are not supported; ${OTHER_BACKEND}`],
  [/String|NGrams/, `strings are not supported; process them in JavaScript`],
  [
    /Unique|Ragged|Sparse|Where|NonMaxSuppression|BroadcastArgs/,
    `the shape of its result depends on values; ${OTHER_BACKEND}`,
  ],
  [/Multinomial/, 'draw with tf.randomUniform and compare, or sample in JavaScript'],
  [
    /Conv|Pool|Dilation|Resize|Crop|Image|Pixels|Draw|Flip|Rotate|LRN|Depth|Transform/,
    `image ops are not supported; ${OTHER_BACKEND}`,
  ],
];

/** Registers an error for every kernel of tfjs-core that has no kernel on this backend. Call it after all other registrations. */
export function registerUnsupported(): void {
  const names = Object.values(tf).filter(
    (value) => typeof value === 'string' && /^_?[A-Z][A-Za-z0-9]+$/.test(value),
  ) as string[];
  for (const name of new Set(names)) {
    // tfjs has its own fallback when FromPixels is missing.
    if (tf.getKernel(name, BACKEND) || name === 'FromPixels') continue;
    const remedy = remedies.find(([pattern]) => pattern.test(name))?.[1] ?? OTHER_BACKEND;
    register(name, () => {
      throw new UnsupportedKernelError(name, remedy);
    });
  }
}
