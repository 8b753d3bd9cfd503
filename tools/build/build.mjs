/**
 * Builds one package: `node build.mjs packages/io`.
 *
 * JavaScript and declarations are emitted apart: esbuild writes readable JavaScript, one file per source; tsc writes the
 * declarations with every doc comment, because that is where an editor finds the documentation.
 */
import { build } from 'esbuild';
import { rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { tsc } from './tsc.mjs';

const root = path.resolve(process.argv[2] ?? '.');
const source = path.join(root, 'src');
const out = path.join(root, 'dist');

const files = (await readdir(source, { recursive: true }))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing/'))
  .map((file) => path.join(source, file));

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: files,
  outdir: out,
  outbase: source,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  sourcemap: 'linked',
});
process.exitCode = emitDeclarations();

/** @returns {number} 0, or another number after printing what is wrong */
function emitDeclarations() {
  // The compiler reads the list of files from a configuration beside the package's own.
  const config = path.join(root, 'tsconfig.declarations.json');
  const compilerOptions = {
    noEmit: false,
    emitDeclarationOnly: true,
    declaration: true,
    rootDir: source,
    outDir: out,
    // Other packages are seen as their users see them: through the declarations that they publish.
    customConditions: [],
  };
  writeFileSync(config, JSON.stringify({ extends: './tsconfig.json', include: [], files, compilerOptions }));
  try {
    return tsc(['-p', config]);
  } finally {
    rmSync(config);
  }
}
