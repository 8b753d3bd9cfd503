/**
 * `node ours.mjs MODEL CELL.json EACH RESULTS.json [--profile]`: deletes some genes of one cell, each alone. Prints one line of JSON with the
 * seconds of two passes (the first compiles) and the peak memory, and writes the shifts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { formatProfile, readProfile, stats, useBackend } from '@geneformer-ts/engine';
import { BertForMaskedLM } from '@geneformer-ts/model';
import { perturbCell } from '@geneformer-ts/perturb';

const [folder, file, each, results] = process.argv.slice(2);
const profile = process.argv.includes('--profile');
const { tokens, deleted } = JSON.parse(readFileSync(file, 'utf8'));
await useBackend('onnx', { profile });
const model = await BertForMaskedLM.fromPretrained(folder);
const rules = { specialIds: model.specialIds, maxLength: 2048 };
const targets = deleted.map((at) => [tokens[at]]);
const options = each === 'true' ? { geneShifts: tokens.length } : {};
const times = [];
let found;
for (let pass = 0; pass < 2; pass++) {
  const started = performance.now();
  found = await perturbCell(model, { tokens: Int32Array.from(tokens) }, targets, { kind: 'delete' }, rules, options);
  times.push((performance.now() - started) / 1000);
}
const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
if (profile) console.log(formatProfile(await readProfile()), stats(), times);
else console.log(JSON.stringify({ first: times[0], seconds: times[1], peakRssMb }));
// By token id: both sides have their own order.
const genes = found.genes.map((shifts) => shifts.toSorted((a, b) => a.token - b.token).map(({ shift }) => shift));
writeFileSync(results, JSON.stringify({ cell: [...found.shift], ...(each === 'true' && { genes }) }));
