/**
 * The single copy of tfjs-core in the process. This package and its users import `tf` from here, so that there is only one engine, one
 * kernel registry and one gradient registry.
 */
import * as tf from '@tensorflow/tfjs-core';

export { tf };
