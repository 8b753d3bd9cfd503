/**
 * `nx run release:pack`: packs every published package and the native libraries into a folder, checks each archive, and writes the bill of
 * materials beside them. Ends with code 1 if a check finds something.
 *
 * Options: `--folder DIR` (default `release`), `--platform linux-x64` for the libraries of one platform instead of all.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packRuntimes } from '../runtime/pack.mjs';
import { commandOf } from '../setup/command.mjs';
import { billOfMaterials } from './bill.mjs';
import { problemsOf } from './check.mjs';
import { archiveName, publishedPackages, root } from './workspace.mjs';

/**
 * Packs the published packages, as npm would publish them. They must be built.
 *
 * @param {string} folder
 */
export function packPackages(folder) {
  const filters = publishedPackages().flatMap((one) => ['--filter', `./packages/${one.folder}`]);
  const command = ['npx', 'pnpm', '-r', ...filters, 'pack', '--pack-destination', folder];
  const [program, words, options] = commandOf(command);
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: root, encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${stdout}${stderr}`);
}

async function main() {
  const { values } = parseArgs({
    options: { folder: { type: 'string', default: 'release' }, platform: { type: 'string' } },
  });
  const folder = path.resolve(values.folder);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) rmSync(path.join(folder, name));
  packPackages(folder);
  const runtimes = packRuntimes(folder, values.platform).length;
  const bill = billOfMaterials();
  writeFileSync(path.join(folder, 'bom.json'), `${JSON.stringify(bill, null, 2)}\n`);
  let problems = 0;
  for (const one of publishedPackages()) {
    for (const problem of await problemsOf(one.name, readFileSync(path.join(folder, archiveName(one))))) {
      problems++;
      console.error(`${one.name}: ${problem}`);
    }
  }
  const count = publishedPackages().length;
  console.log(
    `${count} packages, ${runtimes} native libraries and a bill of ${bill.components.length} materials are in ${folder}: ${problems || 'no'} problems`,
  );
  return problems ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
