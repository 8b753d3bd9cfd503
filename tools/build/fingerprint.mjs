/**
 * Writes one fingerprint per stage of the study: `node fingerprint.mjs apps/reproduce` → `dist/fingerprints/<stage>.txt`.
 *
 * A stage is bundled with every function that it can reach in any package and in the worker threads that it starts. Comments, layout and
 * unreachable code are left out, and the text is hashed together with the versions of the libraries it imports. So a stage
 * reruns exactly when code that it may execute has changed.
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
  const programs = await bundleWithWorkers(path.join(stages, file));
  const hash = createHash('sha256');
  for (const { text } of programs) hash.update(`${text}\n`);
  for (const name of new Set(programs.flatMap(({ metafile }) => libraries(metafile)).sort())) hash.update(`\n${name}`);
  writeFileSync(path.join(out, file.replace(/\.js$/, '.txt')), hash.digest('hex') + '\n');
}

/** The bundle of a program, and one per worker thread that it may start, in the order in which they are found. */
async function bundleWithWorkers(entry) {
  const entries = new Set([entry]);
  const programs = [];
  for (const next of entries) {
    const program = await bundle(next);
    programs.push(program);
    for (const worker of workers(program.metafile)) entries.add(worker);
  }
  return programs;
}

async function bundle(entry) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    absWorkingDir: root,
    plugins: [{ name: 'libraries-stay-outside', setup: (b) => b.onResolve({ filter: /^[^./]/ }, library) }],
  });
  return { text: outputFiles[0].text, metafile };
}

function library({ path: name, kind }) {
  if (kind === 'entry-point' || name.startsWith('@geneformer-ts/')) return undefined;
  return { path: name, external: true };
}

/** The scripts that bundled files name as `new URL('./worker.js', import.meta.url)`: the bundler does not follow these. */
function workers({ outputs }) {
  const [{ inputs }] = Object.values(outputs);
  return Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => {
    if (bytesInOutput === 0) return []; // none of its code is reached
    const full = path.resolve(root, file);
    const named = readFileSync(full, 'utf8').matchAll(/new URL\("(\.{1,2}\/[^"]*\.js)",\s*import\.meta\.url\)/g);
    return [...named].map(([, relative]) => path.resolve(path.dirname(full), relative));
  });
}

/** `name@version` of every library that the bundle imports, as the importing package sees it. */
function libraries({ inputs }) {
  const found = [];
  for (const [file, { imports }] of Object.entries(inputs)) {
    for (const { path: name, external } of imports) {
      if (!external || name.startsWith('node:')) continue;
      const bare = name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/');
      const owner = path.resolve(root, file).replace(/\/dist\/.*$/, '');
      found.push(`${bare}@${version(path.join(owner, 'node_modules', bare))}`);
    }
  }
  return found;
}

function version(folder) {
  try {
    return JSON.parse(readFileSync(path.join(realpathSync(folder), 'package.json'), 'utf8')).version;
  } catch {
    return 'absent'; // an optional peer
  }
}
