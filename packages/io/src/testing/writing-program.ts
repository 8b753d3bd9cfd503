import { syncBuiltinESMExports } from 'node:module';
import fs from 'node:fs';

/**
 * Program for the tests of kills: adds to an AnnData file, and kills itself in the middle.
 *
 * Arguments: input; output, or `-` for the input; number of the call that changes the disk before which the process is
 * killed, 0 for none. Prints the number of those calls.
 */
const [input, output, killAt] = process.argv.slice(2) as [string, string, string];
let calls = 0;

/** Counts a call, and ends the process before it when its turn has come. */
function count(): void {
  calls++;
  if (calls === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

type Call = (...args: unknown[]) => unknown;
function watch(owner: object, name: string): void {
  const methods = owner as Record<string, Call>;
  const call = methods[name];
  methods[name] = function (this: unknown, ...args) {
    count();
    return call.apply(this, args);
  };
}

for (const name of ['writeSync', 'renameSync', 'chmodSync', 'ftruncateSync']) watch(fs, name);
for (const name of ['rename', 'chmod', 'copyFile', 'rm']) watch(fs.promises, name);
const probe = await fs.promises.open(input, 'r');
for (const name of ['write', 'writeFile', 'sync']) watch(Object.getPrototypeOf(probe) as object, name);
await probe.close();
syncBuiltinESMExports();

const { AnnData } = await import('../anndata/anndata.js');
const adata = await AnnData.open(input);
adata.obs.set(
  'label',
  Array.from({ length: adata.nObs }, () => 'new'),
  { replace: true },
);
adata.obs.set('score', new Float32Array(adata.nObs));
adata.obsm.set('X_geneformer', { rows: adata.nObs, cols: 2, data: new Float32Array(2 * adata.nObs) });
adata.uns.set('geneformer', { model: 'V1-10M' });
const raw = { rows: adata.nObs, cols: 1, data: new Float32Array(adata.nObs) };
adata.setRaw({ X: raw, var: { index: ['TTN'], columns: new Map() } }, { replace: true });
await adata.write(output === '-' ? undefined : output);
await adata.close();
process.stdout.write(String(calls));
