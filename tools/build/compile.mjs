/**
 * Writes the JavaScript of packages, one readable file per source: `node compile.mjs packages/io packages/core`. Nothing is checked and no
 * other package is read, so a change compiles one package in a fraction of a second.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Holds the digest of the sources of which the JavaScript was made. It is not in `dist`, all of which is published. */
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
 * @param {string} root folder of the package
 * @returns {Promise<string>} the digest of its sources
 */
export async function compile(root) {
  const out = path.join(root, 'dist');
  const sources = sourcesOf(root);
  const settings = ['tsconfig.json', '../../tsconfig.base.json'].map((file) => path.join(root, file));
  const digest = digestOf([...sources, ...settings.filter((file) => existsSync(file))]);
  const stamp = path.join(root, STAMP);
  if (existsSync(stamp) && existsSync(out) && readFileSync(stamp, 'utf8') === digest) return digest;
  const { build } = await import('esbuild');
  const outbase = path.join(root, 'src');
  const { outputFiles } = await build({ ...options, entryPoints: sources, outdir: out, outbase, write: false });
  const names = new Set(outputFiles.map((file) => file.path));
  // Another process may run the code at the same time: files are replaced, never emptied.
  for (const { path: file, contents } of outputFiles) replace(file, contents);
  removeOutputs(out, (file) => /\.js(\.map)?$/.test(file) && !names.has(path.resolve(file)));
  replace(stamp, digest);
  return digest;
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

function digestOf(files) {
  const hash = createHash('sha256')
    .update(JSON.stringify(options))
    .update(readFileSync(fileURLToPath(import.meta.url)));
  for (const file of files) hash.update(`\n${path.basename(file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

function replace(file, contents) {
  mkdirSync(path.dirname(file), { recursive: true });
  const incoming = `${file}.${process.pid}`;
  writeFileSync(incoming, contents);
  renameSync(incoming, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await Promise.all(process.argv.slice(2).map(compile));
