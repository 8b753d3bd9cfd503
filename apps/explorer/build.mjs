/**
 * Builds the page: `node build.mjs [FOLDER]`, default `dist`. Everything that the page loads is in that folder: no file comes from another
 * host. Fails if a module of Node is reachable from the page. With `--compressed` the folder is for `geneformer explore`: files compressed
 * with gzip, without the model, which the server takes from its package, and without the service worker.
 */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const require = createRequire(import.meta.url);
const RUNTIME = ['mjs', 'wasm'].map((ending) => `ort-wasm-simd-threaded.${ending}`);
/** ONNX Runtime for graphics cards. The page loads it only where there is one. */
const WEBGPU_RUNTIME = ['mjs', 'wasm'].map((ending) => `ort-wasm-simd-threaded.asyncify.${ending}`);

/**
 * @param {string} out folder, which is replaced
 * @param {{ isCompressed?: boolean }} [options]
 */
export async function buildPage(out, { isCompressed = false } = {}) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: [here('src/page.ts'), here('src/worker.ts')],
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    conditions: ['@geneformer-ts/source', 'onnxruntime-web-use-extern-wasm'],
    logLevel: 'warning',
  });
  cpSync(here('public'), out, { recursive: true });
  const runtime = path.dirname(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
  for (const file of [...RUNTIME, ...WEBGPU_RUNTIME]) copyFileSync(path.join(runtime, file), path.join(out, file));
  copyFileSync(here('../../packages/geneformer/orthologs.tsv'), path.join(out, 'orthologs.tsv'));
  if (isCompressed) {
    rmSync(path.join(out, 'offline.js'));
    for (const file of filesOf(out)) compress(path.join(out, file));
    return;
  }
  cpSync(here('../../packages/mini/model'), path.join(out, 'mini'), { recursive: true });
  writeServiceWorker(out);
}

/** Names of the files below a folder, sorted. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => statSync(path.join(folder, file)).isFile())
    .sort();
}

function compress(file) {
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  rmSync(file);
}

/** Puts the names of all files, and a digest of their contents, into the service worker, so that a new build replaces the old one. */
function writeServiceWorker(out) {
  const files = filesOf(out).filter((file) => file !== 'offline.js' && !WEBGPU_RUNTIME.includes(file));
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(path.join(out, file)));
  const worker = path.join(out, 'offline.js');
  const text = readFileSync(worker, 'utf8')
    .replace('__VERSION__', hash.digest('hex').slice(0, 16))
    .replace("'__FILES__'", JSON.stringify(files));
  writeFileSync(worker, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const [out = here('dist')] = words.filter((word) => !word.startsWith('--'));
  await buildPage(path.resolve(out), { isCompressed: words.includes('--compressed') });
}
