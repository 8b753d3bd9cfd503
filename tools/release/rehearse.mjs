/**
 * `nx run release:rehearse`: publishes the archives of `nx run release:pack` to a registry on this machine, installs `geneformer` from it into empty
 * folders with npm, pnpm and yarn, and runs the tour there: inspect, train, annotate. Other packages come from the registry that npm uses.
 *
 * Options: `--folder DIR` (default `release`), `--with npm,pnpm,yarn`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { spawnSync } from 'node:child_process';
import { commandOf } from '../setup/command.mjs';
import { managers, useManager } from './managers.mjs';
import { publishAll } from './publish.mjs';
import { serveRegistry } from './registry.mjs';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: 'release' },
    with: { type: 'string', default: Object.keys(managers).join(',') },
  },
});
const chosen = values.with.split(',');
const unknown = chosen.filter((name) => !Object.hasOwn(managers, name));
if (unknown.length) {
  console.error(`--with: ${unknown.join(', ')} is not known; use ${Object.keys(managers).join(', ')}`);
  process.exit(1);
}

const [program, words, options] = commandOf(['npm', 'config', 'get', 'registry']);
const upstream = spawnSync(program, words, { encoding: 'utf8', ...options });
const registry = await serveRegistry(upstream.stdout.trim());
const work = mkdtempSync(path.join(tmpdir(), 'rehearsal-'));
try {
  const host = new URL(registry.url).host;
  // A registry without accounts takes any name; outside GitHub Actions npm cannot say where a package was built.
  const account = [`--registry=${registry.url}`, `--//${host}/:_authToken=none`, '--provenance=false'];
  await publishAll(path.resolve(values.folder), { words: account });
  console.log(`published ${registry.published.size} packages`);
  for (const name of chosen) {
    const { seconds, megabytes, lines } = await useManager(name, path.join(work, name), registry.url);
    console.log(`${name}: installed in ${seconds.toFixed(1)} s, ${megabytes} MB`);
    console.log(lines.map((line) => `  ${line}`).join('\n'));
  }
} finally {
  await registry.close();
  rmSync(work, { recursive: true, force: true });
}
