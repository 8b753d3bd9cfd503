/**
 * `npm run pack`: builds the packages and packs those that `geneformer` needs into a folder, as npm would publish them, with the
 * native library of this platform. Prints the command that installs them anywhere. Give another folder as the argument.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandOf } from './command.mjs';
import { packRuntimes } from '../runtime/pack.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = path.resolve(process.argv[2] ?? path.join(root, 'tarballs'));

run('npx', 'nx', 'run-many', '-t', 'build', '-p', 'geneformer');
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) {
  if (/^(geneformer|geneformer-ts-.*)-\d.*\.tgz$/.test(name)) rmSync(path.join(folder, name));
}
const filters = needed('geneformer').flatMap((name) => ['--filter', `./packages/${name}`]);
run('npx', 'pnpm', '-r', ...filters, 'pack', '--pack-destination', folder);
packRuntimes(folder, `${process.platform}-${process.arch}`);
const { length } = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
console.log(`${length} packages are in ${folder}. To install the command in any folder:

  npm install ${path.join(folder, '*.tgz')}
  npx geneformer inspect cells.h5ad`);

/** Returns a package of the workspace and all that it depends on. */
function needed(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(root, 'packages', name, 'package.json'), 'utf8'));
  for (const [other, range] of Object.entries(dependencies)) {
    if (range.startsWith('workspace:')) needed(other.replace('@geneformer-ts/', ''), found);
  }
  return [...found];
}

function run(...command) {
  const [program, words, options] = commandOf(command);
  const { status } = spawnSync(program, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (status !== 0) process.exit(1);
}
