/**
 * Brings published files onto this machine:
 *
 *     npx nx run data:fetch --list
 *     npx nx run data:fetch --id geneformer-v1-10m
 *
 * Prints where each file is; progress goes to the terminal's error stream. README.md has the environment variables.
 */
import { fetchAssets } from './command.mjs';

process.exitCode = await fetchAssets(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
});
