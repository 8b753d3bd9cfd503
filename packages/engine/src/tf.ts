/**
 * The one copy of tfjs-core in the process. Everything in this package, and everything that uses it, takes `tf` from here, so that
 * there is a single engine, one kernel registry and one gradient registry.
 */
import * as tf from '@tensorflow/tfjs-core';

export { tf };
