import { build, type Metafile } from 'esbuild';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const packages = fileURLToPath(new URL('../../../../packages', import.meta.url));
const SOURCE = '@geneformer-ts/source';

/** Bytes of the code that an import loads. */
export interface Size {
  minified: number;
  gzip: number;
  /** Compressed code that is loaded once it is needed. */
  onDemand: number;
}

/** The names of the entries with a build for browsers, such as `@geneformer-ts/io/anndata`, of all packages. */
export function browserEntries(): string[] {
  return readdirSync(packages).flatMap((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as {
      name: string;
      exports: Record<string, { browser?: object }>;
    };
    return Object.keys(exports)
      .filter((path) => exports[path].browser !== undefined)
      .map((path) => name + path.slice(1));
  });
}

/** Returns code that exports all of an entry. */
export function importOf(entry: string): string {
  return `export * from '${entry}';`;
}

/**
 * Bundles code as an application would with esbuild.
 *
 * @returns its size, and the files of packages that are in it
 * @throws for a module of Node
 */
export async function esbuildBundle(code: string): Promise<{ size: Size; sources: string[] }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(packages, 'geneformer') },
    outdir: join(tmpdir(), 'bundle'),
    absWorkingDir: packages,
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    legalComments: 'none',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: [SOURCE],
    logLevel: 'silent',
  });
  const gzip = new Map(outputFiles.map(({ path, contents }) => [path, gzipSync(contents, { level: 9 }).length]));
  const bytes = new Map(outputFiles.map(({ path, contents }) => [path, contents.length]));
  const first = loadedAtOnce(metafile);
  const sum = (of: Map<string, number>): number =>
    [...of].reduce((total, [path, length]) => total + (first.has(path) ? length : 0), 0);
  const all = [...gzip.values()].reduce((total, length) => total + length, 0);
  return {
    size: { minified: sum(bytes), gzip: sum(gzip), onDemand: all - sum(gzip) },
    sources: Object.keys(metafile.inputs).map((path) => join(packages, path)),
  };
}

/** Returns the files that the first file of a bundle imports, directly or not. */
function loadedAtOnce({ outputs }: Metafile): Set<string> {
  const found = new Set<string>();
  const add = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind } of outputs[path].imports) if (kind === 'import-statement') add(next);
  };
  add(Object.keys(outputs).find((path) => outputs[path].entryPoint === '<stdin>') as string);
  return new Set([...found].map((path) => join(packages, path)));
}

/**
 * Bundles each of several codes as an application would with Vite, in a process of its own: the native code of Vite does not run inside Jest.
 *
 * @returns per code the modules of Node that are in its bundle
 */
export async function viteBundles(codes: readonly string[]): Promise<string[][]> {
  const program = fileURLToPath(new URL('./vite-bundles.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(codes)]);
  return JSON.parse(stdout) as string[][];
}
