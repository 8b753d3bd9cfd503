/**
 * Runs a profile: `node dist/main.js <experiment> <profile> [--only TASK] [--again TASK] [--profile TASK]`, or compares results with published
 * ones: `node dist/main.js verify <results> <published>`. Nx calls it: `npx nx run reproduce:cell`.
 *
 *   --only TASK      runs this task and those that it reads, and prints no table
 *   --again TASK     computes this task even if its result is known
 *   --profile TASK   computes this task and prints the time spent per op
 *   --if-data        runs nothing if a file of real data that the profile reads is not there
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVariable } from '@geneformer-ts/core/node';
import { dataFile } from './data/data-files.js';
import { Board } from './run/board.js';
import { readCommandLine } from './run/command-line.js';
import { abortOnSignals, reportFailure, tolerateClosedOutput } from './run/interruption.js';
import { writeRunManifest } from './run/run-manifest.js';
import type { Task } from './run/plan.js';
import { runTasks } from './run/runner.js';
import { startTask } from './run/start-task.js';
import { Study } from './run/study.js';
import { outputTerminal, printText } from './run/terminal.js';

const app = fileURLToPath(new URL('..', import.meta.url));

async function main(): Promise<void> {
  const { words, only, computed, isProfiled, isOptional } = readCommandLine(process.argv.slice(2));
  const [experiment, profile, published] = words;
  if (published !== undefined) return verify(profile, published);
  const study = new Study(app);
  const { kind, title, tasks: own } = await study.plan(experiment, profile);
  for (const name of [computed, only]) if (name !== undefined) await study.task(experiment, profile, name);
  const tasks = await study.tasks(experiment, profile, only ?? (isProfiled ? computed : undefined));
  if (isOptional) {
    const absent = absentData(tasks);
    if (absent !== undefined) {
      const data = 'real data that are not part of this project; set GENEFORMER_DATA to their folder';
      return printText(`\n${title}\n${experiment}:${profile} was skipped: ${absent} is one of the ${data}`);
    }
  }
  const signal = abortOnSignals(`${experiment}:${profile}`);
  const board = new Board(outputTerminal());
  const isComputed = (task: Task) =>
    task.name === computed && task.experiment === experiment && task.profile === profile;
  const made = await runTasks({
    study,
    tasks,
    board,
    signal,
    isComputed,
    start: (task, ended) => {
      const order = { task, again: isComputed(task), isProfiled: isComputed(task) && isProfiled };
      return startTask(order, board, ended);
    },
  });
  board.end();
  if (only !== undefined || isProfiled) return;
  const results = study.results(experiment, profile);
  await writeRunManifest(results, { experiment, profile }, own, made, await study.libraries());
  await printResult(kind, results, title);
}

async function printResult(kind: string | undefined, results: string, title: string): Promise<void> {
  if (kind === 'pretrain') return (await import('./results/losses.js')).printLosses(results);
  if (kind === 'gene-vectors') return (await import('./results/gene-vectors.js')).printGeneVectors(results, { title });
  if (kind === 'generalization')
    return (await import('./results/transfer-summary.js')).printTransfer(results, { title });
  return (await import('./results/summary.js')).printSummary(results, { title });
}

/** Compares two results folders; the exit code is 1 when they differ. */
async function verify(ours: string, published: string): Promise<void> {
  const { compareResults } = await import('./run/verify.js');
  const from = readVariable('NX_WORKSPACE_ROOT') ?? process.cwd();
  const results = path.join(app, 'results', ...ours.split(':'));
  const { lines, isSame } = await compareResults(results, path.resolve(from, published));
  printText(lines.join('\n'));
  process.exitCode = isSame ? 0 : 1;
}

/** Returns the first file of real data that is not there. */
function absentData(tasks: readonly Task[]): string | undefined {
  const isThere = (file: string) => readVariable('GENEFORMER_DATA') !== undefined && existsSync(dataFile(file));
  return tasks.flatMap(({ files }) => files).find((file) => !isThere(file));
}

tolerateClosedOutput();
main().catch((error: unknown) => process.exit(reportFailure(error)));
