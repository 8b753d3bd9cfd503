/**
 * Writes the JavaScript of packages, one readable file per source: `node compile.mjs packages/io packages/core`. Nothing is checked and no
 * other package is read, so a change compiles one package in a fraction of a second.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Holds the digest of the sources of which the JavaScript was made, and their versions. It is not in `dist`, all of which is published. */
const STAMP = 'node_modules/.compiled';
const options = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  sourcemap: 'linked',
  logLevel: 'warning',
};

/**
 * Compiles a package whose sources have changed since it was last compiled.
 * @param {string} root folder of the package; its `dist` loses the JavaScript of sources that are gone
 * @returns {Promise<string>} the digest of its JavaScript, without comments and types
 */
export async function compile(root) {
  const out = path.join(root, 'dist');
  const sources = sourcesOf(root);
  const settings = ['tsconfig.json', '../../tsconfig.base.json'].map((file) => path.join(root, file));
  const read = [...sources, ...settings.filter((file) => existsSync(file)), fileURLToPath(import.meta.url)];
  const stamp = path.join(root, STAMP);
  const known = existsSync(out) ? readStamp(stamp) : {};
  // Most times nothing has changed; then the times of the files say so, and none is read.
  const versions = digestOf(root, read, versionOf);
  if (known.versions === versions) return known.compiled;
  const text = digestOf(root, read, (file) => readFileSync(file));
  const compiled = known.text === text ? known.compiled : await write(root, sources, out);
  replace(stamp, JSON.stringify({ versions, text, compiled }));
  return compiled;
}

async function write(root, sources, out) {
  const { build } = await import('esbuild');
  const outbase = path.join(root, 'src');
  const { outputFiles } = await build({ ...options, entryPoints: sources, outdir: out, outbase, write: false });
  const names = new Set(outputFiles.map((file) => file.path));
  // Another process may run the code at the same time: files are replaced, never emptied.
  for (const { path: file, contents } of outputFiles) replace(file, contents);
  removeOutputs(out, (file) => /\.js(\.map)?$/.test(file) && !names.has(path.resolve(file)));
  const code = outputFiles.filter((file) => file.path.endsWith('.js'));
  const contents = new Map(code.map((file) => [file.path, file.contents]));
  return digestOf(path.resolve(out), [...contents.keys()].sort(), (file) => contents.get(file));
}

/** The sources of a package that are published. */
export function sourcesOf(root) {
  const source = path.join(root, 'src');
  return readdirSync(source, { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing/'))
    .map((file) => path.join(source, file))
    .sort();
}

/**
 * Removes files below a folder.
 * @param {(file: string) => boolean} isGone
 */
export function removeOutputs(folder, isGone) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && isGone(file)) rmSync(file);
  }
}

function readStamp(stamp) {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8'));
  } catch {
    return {}; // there is none yet, or a killed run left half of it
  }
}

/** The digest of the names of files below a folder and of what `tell` returns for each. */
function digestOf(folder, files, tell) {
  const hash = createHash('sha256').update(JSON.stringify(options));
  for (const file of files) hash.update(`\n${path.relative(folder, file)}\n`).update(tell(file));
  return hash.digest('hex');
}

/** Changes with every write to a file: no program can set its change time. */
function versionOf(file) {
  const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

function replace(file, contents) {
  mkdirSync(path.dirname(file), { recursive: true });
  const incoming = `${file}.${process.pid}`;
  writeFileSync(incoming, contents);
  renameSync(incoming, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await Promise.all(process.argv.slice(2).map(compile));
