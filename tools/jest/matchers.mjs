import { expect } from '@jest/globals';
import { toBeAllClose } from './to-be-all-close.mjs';

expect.extend({ toBeAllClose });
