/**
 * `node dist/main.js <experiment> <profile> <stage …> [--after <stage>,<stage>] [--profile]` runs one stage; Nx calls it once per stage, in
 * order. With `--profile` the stage is computed even if its result is known, and a table says which ops the time went to.
 * People run the study with `npx nx run reproduce:cell`.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { anyParamsOf } from './config/any-stage-params.js';
import { loadExperiment, type AnyExperiment } from './config/load.js';
import { profileTable } from './run/compute.js';
import { messageOf } from './run/message.js';
import { runStage } from './run/run-stage.js';
import type { Stage } from './run/stage.js';
import { printLosses } from './results/losses.js';
import { printSummary } from './results/summary.js';
import { printTransfer } from './results/transfer-summary.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The stages whose last bits depend on what computes them. */
const computing = new Set(['pretrain', 'finetune', 'embed', 'gene-finetune', 'learn', 'score']);

async function main(given: readonly string[]): Promise<void> {
  const profiled = given.includes('--profile');
  if (profiled) process.env.GENEFORMER_PROFILE = '1';
  const argv = given.filter((word) => word !== '--profile');
  const after = argv.indexOf('--after');
  const inputs = after < 0 ? [] : (argv[after + 1] ?? '').split(',').filter(Boolean);
  const [experiment = '', profile = '', ...words] = after < 0 ? argv : argv.slice(0, after);
  const [name = ''] = words;

  const folder = path.join(root, 'experiments');
  const settings = await loadExperiment(folder, experiment);
  const file = `experiments/${experiment}.yaml`;
  const resultsDirectory = path.join(root, 'results', experiment, profile);
  if (name === 'summary') return summarise(settings, resultsDirectory);

  const { default: stage } = (await import(`./stages/${name}.js`)) as { default: Stage<unknown> };
  await runStage({
    identity: { experiment, profile, words },
    stage,
    params: anyParamsOf(words, settings, profile, file),
    inputs,
    code: (await readFile(path.join(root, 'dist', 'fingerprints', `${name}.txt`), 'utf8')).trim(),
    backend: computing.has(name) ? backendName() : 'none',
    resultsDirectory,
    again: profiled,
  });
  process.stdout.write(await profileTable());
}

/** Prints what an experiment of this kind ends with. */
function summarise(settings: AnyExperiment, resultsDirectory: string): Promise<void> {
  const kind = 'kind' in settings ? settings.kind : 'cells';
  if (kind === 'pretrain') return printLosses(resultsDirectory);
  return kind === 'generalization'
    ? printTransfer(resultsDirectory, settings)
    : printSummary(resultsDirectory, settings);
}

function backendName(): string {
  return [process.env.GENEFORMER_BACKEND ?? 'onnx', process.env.GENEFORMER_DEVICE].filter(Boolean).join('-');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
