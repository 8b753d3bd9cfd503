/**
 * Writes the fingerprint of each stage of the study: `node fingerprint.mjs apps/reproduce` → `dist/code.json`.
 *
 * A stage is bundled with every function that it can reach in any package and in the worker threads that it starts. Comments, layout and
 * unreachable code are left out, and the text is hashed together with the versions of the libraries it imports. So a stage
 * reruns exactly when code that it may execute has changed. `plan` is the fingerprint of the declarations of all experiments.
 */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes `dist/code.json` of an app.
 * @param {string} root folder of the app, whose code is compiled
 * @param {string} madeFrom digest of the code, which the file repeats
 */
export async function writeFingerprints(root, madeFrom = '') {
  const stages = path.join(root, 'dist/stages');
  const entries = readdirSync(stages)
    .filter((name) => name.endsWith('.js') && !name.endsWith('.params.js'))
    .map((name) => path.join(stages, name));
  const declarations = path.join(root, 'dist/experiments/index.js');
  const programs = await bundleWithWorkers(root, [...entries, ...(existsSync(declarations) ? [declarations] : [])]);
  const code = {
    madeFrom,
    plan: programs.has(declarations) ? fingerprint(programs, declarations) : '',
    stages: Object.fromEntries(entries.map((entry) => [path.basename(entry, '.js'), fingerprint(programs, entry)])),
    libraries: librariesOf([...programs.values()]).filter((name) => !name.endsWith('@absent')),
  };
  const file = path.join(root, 'dist/code.json');
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(code, null, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

function fingerprint(programs, entry) {
  const own = programsOf(programs, entry);
  const hash = createHash('sha256');
  for (const { text } of own) hash.update(`${text}\n`);
  for (const name of librariesOf(own)) hash.update(`\n${name}`);
  return hash.digest('hex');
}

/** The bundle of every entry, and of every worker thread that one of them may start. All entries of a round share what is parsed. */
async function bundleWithWorkers(root, entries) {
  const found = new Map();
  for (let round = entries; round.length > 0;) {
    for (const [entry, program] of await bundle(root, round)) found.set(entry, program);
    const workers = [...found.values()].flatMap((program) => program.workers);
    round = [...new Set(workers)].filter((worker) => !found.has(worker));
  }
  return found;
}

/** The program of an entry, and of the worker threads that it may start, in the order in which they are found. */
function programsOf(programs, entry) {
  const names = new Set([entry]);
  for (const name of names) for (const worker of programs.get(name).workers) names.add(worker);
  return [...names].map((name) => programs.get(name));
}

async function bundle(root, entryPoints) {
  const { outputFiles, metafile } = await build({
    entryPoints,
    outdir: path.join(root, 'bundles'),
    outbase: '/',
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
  const texts = new Map(outputFiles.map((file) => [path.relative(root, file.path), file.text]));
  return Object.entries(metafile.outputs).map(([name, output]) => {
    const inputs = Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput ? [file] : []));
    const program = {
      text: texts.get(name),
      workers: inputs.flatMap((file) => workersNamedIn(path.resolve(root, file))),
      libraries: Object.keys(output.inputs).flatMap((file) =>
        librariesImportedBy(path.resolve(root, file), metafile.inputs[file]),
      ),
    };
    return [path.resolve(root, output.entryPoint), program];
  });
}

function library({ path: name, kind }) {
  if (kind === 'entry-point' || name.startsWith('@geneformer-ts/')) return undefined;
  return { path: name, external: true };
}

/** The scripts that a file names as `new URL('./worker.js', import.meta.url)`: the bundler does not follow these. */
function workersNamedIn(file) {
  const named = readFileSync(file, 'utf8').matchAll(/new URL\("(\.{1,2}\/[^"]*\.js)",\s*import\.meta\.url\)/g);
  return [...named].map(([, relative]) => path.resolve(path.dirname(file), relative));
}

function librariesOf(programs) {
  return [...new Set(programs.flatMap(({ libraries }) => libraries))].sort();
}

/** `name@version` of every library that a file imports, as its package sees it. */
function librariesImportedBy(file, { imports }) {
  return imports.flatMap(({ path: name, external }) => {
    if (!external || name.startsWith('node:')) return [];
    const bare = name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/');
    const owner = file.replace(/\/dist\/.*$/, '');
    return [`${bare}@${version(path.join(owner, 'node_modules', bare))}`];
  });
}

function version(folder) {
  try {
    return JSON.parse(readFileSync(path.join(realpathSync(folder), 'package.json'), 'utf8')).version;
  } catch {
    return 'absent'; // an optional peer
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFingerprints(path.resolve(process.argv[2] ?? '.'));
