import { runProgram } from '../cli/program.js';

/** What a call of the command line printed, and its exit code. */
export interface CliRun {
  code: number;
  out: string;
  err: string;
}

/** Runs the command line in this process, with a standard error that is not a terminal. */
export async function runCli(...argv: string[]): Promise<CliRun> {
  const text = { out: '', err: '' };
  const signal = new AbortController().signal;
  const code = await runProgram(
    argv,
    { out: { write: (chunk) => (text.out += chunk) }, err: { write: (chunk) => (text.err += chunk) } },
    { version: '0.0.0', signal },
  );
  return { code, ...text };
}
