/** Turns TypeScript blocks of documents into programs, checks their types and runs them. */
import { transformSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { withClaims } from './claims.mjs';
import { preludes } from './preludes.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const claims = pathToFileURL(path.join(here, 'claims.mjs')).href;

/** The block after its prelude, with its claims as checks. */
export function program({ where, text, marker }) {
  const [, name] = /^after (\w+)$/.exec(marker) ?? [];
  if (marker && !Object.hasOwn(preludes, name)) throw new Error(`${where}: no prelude for "${marker}"`);
  const checked = withClaims(text);
  return { text: `${name ? preludes[name] : ''}${checked.text}`, claims: checked.claims };
}

/** Writes a program into a folder below this package, so that imports find what it depends on; returns the JavaScript file. */
export function writeProgram(folder, name, text) {
  const file = path.join(folder, `${name.replaceAll(/\W/g, '-')}.mjs`);
  const { code } = transformSync(text, { loader: 'ts', format: 'esm', target: 'node20' });
  writeFileSync(file, `import { claimed } from '${claims}';\n${code}`);
  return file;
}

export function execute(folder, name, text) {
  const file = writeProgram(folder, name, text);
  return spawnSync(process.execPath, ['--no-warnings', file], { cwd: folder, encoding: 'utf8' });
}

/** @returns {string[]} one line per error of types */
export function typeErrors(folder, programs) {
  const files = programs.map(({ where, text }) => {
    const file = path.join(folder, `${where.replaceAll(/\W/g, '-')}.ts`);
    writeFileSync(file, `${text}\nexport {};\ndeclare function claimed(value: unknown, claim: string): void;\n`);
    return file;
  });
  const { options } = ts.parseJsonConfigFileContent(
    { extends: '../../tsconfig.base.json', compilerOptions: { customConditions: [], noUnusedLocals: false } },
    ts.sys,
    here,
  );
  return ts
    .getPreEmitDiagnostics(ts.createProgram(files, options))
    .map(
      (one) => `${path.basename(one.file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`,
    );
}
