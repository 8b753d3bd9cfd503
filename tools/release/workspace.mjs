/** The packages that are published. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Returns the published packages, each after those it depends on.
 *
 * @returns {{ folder: string, name: string, version: string, dependencies: Record<string, string> }[]}
 */
export function publishedPackages() {
  const all = new Map();
  for (const folder of readdirSync(path.join(root, 'packages'))) {
    const file = path.join(root, 'packages', folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name, version, dependencies = {}, private: isPrivate } = JSON.parse(readFileSync(file, 'utf8'));
    if (!isPrivate) all.set(name, { folder, name, version, dependencies });
  }
  const ordered = new Set();
  const add = (one) => {
    for (const name of Object.keys(one.dependencies)) {
      if (all.has(name)) add(all.get(name));
    }
    ordered.add(one);
  };
  for (const one of all.values()) add(one);
  return [...ordered];
}

/** Returns the name of the archive that `pnpm pack` writes. */
export function archiveName({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}
