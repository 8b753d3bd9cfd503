/**
 * `node dist/main.js <experiment> <profile> <stage …> [--after <stage>,<stage>] [--profile]` runs one stage; Nx calls it once per stage, in
 * order. With `--profile` the stage is computed even if its result is known, and a table lists the time spent per op.
 * To run the study, use `npx nx run reproduce:cell`.
 */
import { fileURLToPath } from 'node:url';
import { profileTable } from './run/compute.js';
import { abortOnSignals, reportFailure, tolerateClosedOutput } from './run/interruption.js';
import { runStage } from './run/run-stage.js';
import { Study } from './run/study.js';
import { printLosses } from './results/losses.js';
import { printSummary } from './results/summary.js';
import { printTransfer } from './results/transfer-summary.js';

const study = new Study(fileURLToPath(new URL('..', import.meta.url)));

async function main(given: readonly string[]): Promise<void> {
  const profiled = given.includes('--profile');
  if (profiled) process.env.GENEFORMER_PROFILE = '1';
  const argv = given.filter((word) => word !== '--profile');
  const at = argv.indexOf('--after');
  const after = at < 0 ? [] : (argv[at + 1] ?? '').split(',').filter(Boolean);
  const [experiment = '', profile = '', ...words] = at < 0 ? argv : argv.slice(0, at);
  const signal = abortOnSignals(words.join('-'));
  if (words[0] === 'summary') return summarize(experiment, profile, signal);
  await runStage({ ...(await study.request(experiment, profile, { words, after })), again: profiled, signal });
  process.stdout.write(await profileTable());
}

/** Prints the summary of an experiment, after its results were checked and restored if damaged. */
async function summarize(experiment: string, profile: string, signal: AbortSignal): Promise<void> {
  const settings = await study.settings(experiment);
  const results = study.results(experiment, profile);
  await study.restoreResults(experiment, profile, signal);
  const kind = 'kind' in settings ? settings.kind : 'cells';
  if (kind === 'pretrain') return printLosses(results);
  return kind === 'generalization' ? printTransfer(results, settings) : printSummary(results, settings);
}

tolerateClosedOutput();
// Pending work of an interrupted stage must not keep the process alive.
main(process.argv.slice(2)).catch((error: unknown) => process.exit(reportFailure(error)));
