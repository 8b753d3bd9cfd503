import { transformSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

/**
 * The escaping of `packages/core`, for the plugin: Nx loads the plugin before anything is built, and without awaiting it.
 * @param {string} text
 */
export function printable(text) {
  const source = readFileSync(new URL('../../packages/core/src/printable.ts', import.meta.url), 'utf8');
  const { code } = transformSync(source, { loader: 'ts', format: 'cjs' });
  const module = { exports: {} };
  runInThisContext(`(module) => { ${code} }`)(module);
  return module.exports.printable(text);
}
