/** Keeps the code of the study up to date: its JavaScript, that of the packages that it imports, and the fingerprint of each stage. */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from './compile.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const app = here('../../apps/reproduce');

/** Compiles packages whose sources have changed, and writes `dist/code.json` if any code or library is not the one it was made from. */
export async function prepareStudy() {
  const compiled = await Promise.all(foldersOf(app).map(compile));
  const hash = createHash('sha256');
  for (const digest of compiled) hash.update(digest);
  for (const file of ['../../pnpm-lock.yaml', 'fingerprint.mjs']) hash.update(readFileSync(here(file)));
  const madeFrom = hash.digest('hex');
  if (readMadeFrom() === madeFrom) return;
  const { writeFingerprints } = await import('./fingerprint.mjs');
  await writeFingerprints(app, madeFrom);
}

function readMadeFrom() {
  try {
    return JSON.parse(readFileSync(path.join(app, 'dist/code.json'), 'utf8')).madeFrom;
  } catch {
    return undefined; // there is none yet, or a killed run left half of it
  }
}

/** The folders of a package and of the workspace packages that it needs, each once. */
function foldersOf(root, found = new Set()) {
  found.add(root);
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const [name, version] of Object.entries(dependencies)) {
    const folder = version.startsWith('workspace:') && realpathSync(path.join(root, 'node_modules', name));
    if (folder && !found.has(folder)) foldersOf(folder, found);
  }
  return [...found];
}
