/**
 * Fetches published files:
 *
 *     npx nx run data:fetch --list
 *     npx nx run data:fetch --id geneformer-v1-10m
 *
 * Prints the path of each file; progress goes to stderr. README.md describes the environment variables.
 */
import { fetchAssets } from './command.mjs';

process.exitCode = await fetchAssets(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
});
