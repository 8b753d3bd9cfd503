/**
 * Brings published files onto this machine:
 *
 *     npx nx run data:fetch --list
 *     npx nx run data:fetch --id geneformer-v1-10m
 *
 * Prints where each file is; progress goes to the terminal's error stream. README.md has the environment variables.
 */
import { fileURLToPath } from 'node:url';
import { fetchAssets } from './command.mjs';

process.exitCode = await fetchAssets(process.argv.slice(2), {
  catalogue: fileURLToPath(new URL('catalog.json', import.meta.url)),
  out: process.stdout,
  err: process.stderr,
});
