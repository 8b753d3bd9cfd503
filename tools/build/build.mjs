/**
 * Builds one package: `node build.mjs packages/io`.
 *
 * JavaScript and declarations are emitted apart: esbuild writes readable JavaScript, one file per source; tsc writes the
 * declarations with every doc comment, because that is where an editor finds the documentation.
 */
import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

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

/** @returns {number} 0, or 1 after printing what is wrong */
function emitDeclarations() {
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(root, 'tsconfig.json'),
    {
      noEmit: false,
      emitDeclarationOnly: true,
      declaration: true,
      rootDir: source,
      outDir: out,
      // Other packages are seen as their users see them: through the declarations that they publish.
      customConditions: [],
    },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => report([diagnostic]) },
  );
  const program = ts.createProgram(files, config.options);
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  report(diagnostics);
  return diagnostics.length ? 1 : 0;
}

/** @param {readonly ts.Diagnostic[]} diagnostics */
function report(diagnostics) {
  const host = { getCanonicalFileName: (f) => f, getCurrentDirectory: () => process.cwd(), getNewLine: () => '\n' };
  if (diagnostics.length) console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, host));
}
