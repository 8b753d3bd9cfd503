/** Runs the commands and scripts of pages as a reader does: each page in an empty folder with the example cells, from top to bottom. */
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeBlocks } from './blocks.mjs';
import { commandsOf } from './consoles.mjs';
import { root } from './markdown.mjs';
import { program, writeProgram } from './programs.mjs';

const SKIPPED = 'not run: ';

/**
 * A step of a page: a command of a `console` block, or a script. `<!-- before: command -->` makes files that the page shows how to make
 * elsewhere.
 */
export function stepsOf(file) {
  const blocks = codeBlocks(root, file);
  const before = [...readFileSync(path.join(root, file), 'utf8').matchAll(/^<!-- before: (.*) -->$/gm)].map(
    ([, command]) => ({ where: file, command }),
  );
  const skipped = blocks.filter(({ marker }) => marker.startsWith(SKIPPED));
  const steps = blocks
    .filter((block) => !skipped.includes(block))
    .flatMap((block) => {
      if (block.language === 'console') return commandsOf(block.text).map((one) => ({ where: block.where, ...one }));
      return block.language === 'ts' ? [{ where: block.where, ...program({ ...block, marker: '' }) }] : [];
    });
  return { skipped, steps: [...before, ...steps] };
}

/** @returns {Promise<{ step: object, status: number, output: string }[]>} up to the first step that fails */
export async function runSteps(folder, cells, steps) {
  mkdirSync(folder, { recursive: true });
  cpSync(cells, folder, { recursive: true });
  const results = [];
  for (const step of steps) {
    const [command, ...argv] = step.command
      ? ['sh', '-c', step.command]
      : [process.execPath, '--no-warnings', writeProgram(folder, step.where, step.text)];
    results.push({ step, ...(await run(command, argv, folder)) });
    if (results.at(-1).status !== 0 && !isFailure(step)) break;
  }
  return results;
}

/** Whether a page shows how a command fails. */
export function isFailure({ output }) {
  return output?.some((line) => line.startsWith('error: ')) ?? false;
}

/** Writes an `npx` that runs the command of this workspace, and nothing else. */
export function writeNpx(folder) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'npx');
  const main = path.join(root, 'packages/geneformer/bin/geneformer.mjs');
  writeFileSync(file, `#!/bin/sh\n[ "$1" = geneformer ] || exit 9\nshift\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}

function run(command, argv, cwd) {
  // Nx asks for colors, which a page does not show.
  const env = {
    ...process.env,
    FORCE_COLOR: '0',
    PATH: `${path.join(cwd, '../bin')}:${process.env.PATH}`,
    GENEFORMER_THREADS: '1',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (piece) => (output += piece));
    child.stderr.on('data', (piece) => (output += piece));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}
