/**
 * Lets worker threads run TypeScript sources in tests: `node --import ./tools/jest/typescript-threads.mjs …`. Threads
 * inherit the option, so `new Worker(new URL('./program.js', import.meta.url))` finds `program.ts` beside the sources.
 */
import { register } from 'node:module';

register('./typescript-loader.mjs', import.meta.url);
