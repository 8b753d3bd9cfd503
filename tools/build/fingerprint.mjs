/**
 * Writes one fingerprint per stage of the study: `node fingerprint.mjs apps/reproduce` → `dist/fingerprints/<stage>.txt`.
 *
 * A stage is bundled with every function that it can reach in any package, comments and unreachable code left out, and the text is
 * hashed together with the versions of the libraries it imports. So a stage reruns exactly when code that it may execute has changed.
 */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(process.argv[2] ?? '.');
const stages = path.join(root, 'dist/stages');
const out = path.join(root, 'dist/fingerprints');
mkdirSync(out, { recursive: true });

for (const file of readdirSync(stages).filter((name) => name.endsWith('.js'))) {
  const { outputFiles, metafile } = await build({
    entryPoints: [path.join(stages, file)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    minifyWhitespace: true,
    legalComments: 'none',
    absWorkingDir: root,
    plugins: [{ name: 'libraries-stay-outside', setup: (b) => b.onResolve({ filter: /^[^./]/ }, library) }],
  });
  const hash = createHash('sha256').update(outputFiles[0].text);
  for (const name of libraries(metafile)) hash.update(`\n${name}`);
  writeFileSync(path.join(out, file.replace(/\.js$/, '.txt')), hash.digest('hex') + '\n');
}

function library({ path: name, kind }) {
  if (kind === 'entry-point' || name.startsWith('@geneformer-ts/')) return undefined;
  return { path: name, external: true };
}

/** `name@version` of every library that the bundle imports, as the importing package sees it. */
function libraries({ inputs }) {
  const found = new Set();
  for (const [file, { imports }] of Object.entries(inputs)) {
    for (const { path: name, external } of imports) {
      if (!external || name.startsWith('node:')) continue;
      const bare = name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/');
      const owner = path.resolve(root, file).replace(/\/dist\/.*$/, '');
      found.add(`${bare}@${version(path.join(owner, 'node_modules', bare))}`);
    }
  }
  return [...found].sort();
}

function version(folder) {
  try {
    return JSON.parse(readFileSync(path.join(realpathSync(folder), 'package.json'), 'utf8')).version;
  } catch {
    return 'absent'; // an optional peer
  }
}
