/**
 * Writes the declarations of one package: `node declarations.mjs packages/io`. The compiler keeps every doc comment, because an editor
 * finds the documentation there.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeOutputs, sourcesOf } from './compile.mjs';
import { tsc } from './tsc.mjs';

const root = path.resolve(process.argv[2] ?? '.');
const out = path.join(root, 'dist');
removeOutputs(out, (file) => file.endsWith('.d.ts'));
process.exitCode = emit();

/** @returns {number} 0, or another number after printing what is wrong */
function emit() {
  // The compiler reads the list of files from a configuration beside the package's own.
  const config = path.join(root, 'tsconfig.declarations.json');
  const compilerOptions = {
    noEmit: false,
    emitDeclarationOnly: true,
    declaration: true,
    rootDir: path.join(root, 'src'),
    outDir: out,
    // Other packages are seen as their users see them: through the declarations that they publish.
    customConditions: [],
  };
  const content = { extends: './tsconfig.json', include: [], files: sourcesOf(root), compilerOptions };
  writeFileSync(config, JSON.stringify(content));
  try {
    return tsc(['-p', config]);
  } finally {
    rmSync(config);
  }
}
