/** The escaping of `packages/core`, for the plugin: Nx loads the plugin before anything is built, and without awaiting it. */
import { transformSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

const source = readFileSync(new URL('../../packages/core/src/printable.ts', import.meta.url), 'utf8');
const { code } = transformSync(source, { loader: 'ts', format: 'cjs' });
const module = { exports: {} };
runInThisContext(`(module) => { ${code} }`)(module);

/** @type {{ printable: (text: string, longest?: number) => string }} */
export const { printable } = module.exports;
