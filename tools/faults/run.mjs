/**
 * Damages everything that the study keeps, one thing at a time, and checks that the study ends with the same bytes:
 *
 *     npx nx run faults:cell                      the cell experiment with small settings: minutes
 *     npx nx run faults:cell --full               the embedded profile as it is: hours
 *     npx nx run faults:cell --stages split,embed damage to the outputs of these stages only
 *
 * Ends with code 1 when a result differs or an error is not one that names the person's own file.
 */
import { rmSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { injectAll } from './inject.mjs';
import { makeStudy } from './study.mjs';

const { values } = parseArgs({
  options: { full: { type: 'boolean', default: false }, stages: { type: 'string' }, verbose: { type: 'boolean' } },
});
const started = performance.now();
const study = await makeStudy(values);
try {
  const stages = values.stages?.split(',');
  await study.runAll(stages);
  console.log(`undisturbed run: ${seconds()} s`);
  const { counts, failures } = await injectAll(study, stages, values.verbose ? console.log : () => undefined);
  for (const failure of failures) console.error(failure);
  const { injected, healed, named } = counts;
  console.log(`${injected} injected, ${healed} healed, ${named} named, ${failures.length} failed in ${seconds()} s`);
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  rmSync(study.folder, { recursive: true, force: true });
}

function seconds() {
  return Math.round((performance.now() - started) / 1000);
}
