import { expect } from '@jest/globals';
import { toBeAllClose } from './to-be-all-close.mjs';
import { toRefuseUnknownOptions } from './to-refuse-unknown-options.mjs';

expect.extend({ toBeAllClose, toRefuseUnknownOptions });
