import { readFileSync } from 'node:fs';
import { readVariable } from '@geneformer-ts/core/node';
import { runProgram } from './program.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    stop.abort();
    // A second signal ends a computation that does not react.
    process.once(name, () => process.exit(1));
  });
}
// The reader of a pipe, such as head, may close it early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// npx runs a command that is not on the path of the shell.
const name = readVariable('npm_command') === 'exec' ? 'npx geneformer' : 'geneformer';
process.exitCode = await runProgram(
  process.argv.slice(2),
  { out: process.stdout, err: process.stderr },
  { version, signal: stop.signal, name },
);
