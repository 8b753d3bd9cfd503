/**
 * `nx run release:publish`: publishes the archives that `nx run release:pack` wrote: first the native libraries, then each package after those
 * it depends on. A version that the registry has is skipped, so a publication that stopped is continued with the same command.
 *
 * Options: `--folder DIR` (default `release`), `--registry URL`, `--no-provenance` outside GitHub Actions, `--dry-run`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packages } from '../runtime/packages.cjs';
import { commandOf } from '../setup/command.mjs';
import { archiveName, publishedPackages } from './workspace.mjs';

/**
 * @param {string} folder of the archives
 * @param {{ words?: string[], onPublished?: (archive: string, outcome: 'published' | 'skipped') => void }} [options] words: for `npm publish`
 */
export async function publishAll(folder, { words = [], onPublished = () => {} } = {}) {
  const archives = [...packages(), ...publishedPackages()].map(archiveName);
  const missing = archives.filter((archive) => !existsSync(path.join(folder, archive)));
  // Some package managers refuse a package whose optional dependencies are not all published.
  if (missing.length) throw new Error(`${folder} lacks ${missing.join(', ')}; run nx run release:pack`);
  for (const archive of archives) {
    const { status, output } = await npmPublish(path.join(folder, archive), words);
    const isThere = /cannot publish over|is there already|previously published/i.test(output);
    if (status !== 0 && !isThere) throw new Error(`npm publish ${archive} failed:\n${output}`);
    onPublished(archive, isThere ? 'skipped' : 'published');
  }
}

async function npmPublish(archive, more) {
  const [program, words, options] = commandOf(['npm', 'publish', archive, ...more]);
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece));
  const [status] = await once(child, 'close');
  return { status, output };
}

async function main() {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      folder: { type: 'string', default: 'release' },
      registry: { type: 'string' },
      provenance: { type: 'boolean', default: true },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const words = [
    ...(values.registry ? [`--registry=${values.registry}`] : []),
    ...(values.provenance ? [] : ['--provenance=false']),
    ...(values['dry-run'] ? ['--dry-run'] : []),
  ];
  const onPublished = (archive, outcome) => console.log(`${archive}: ${outcome}`);
  await publishAll(path.resolve(values.folder), { words, onPublished });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
