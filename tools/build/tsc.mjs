/**
 * Runs the native compiler of TypeScript 7, which checks the whole repository in a fifth of the time of TypeScript 5:
 * `node tools/build/tsc.mjs -p packages/io`. TypeScript 5 stays for the programs that use its API, such as typescript-eslint.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const compiler = path.join(
  path.dirname(createRequire(import.meta.url).resolve('typescript-native/package.json')),
  'bin/tsc',
);

/**
 * Returns the exit status; messages go to the terminal.
 *
 * @param {readonly string[]} words arguments of the command line
 */
export function tsc(words) {
  return spawnSync(process.execPath, [compiler, ...words], { stdio: 'inherit' }).status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = tsc(process.argv.slice(2));
