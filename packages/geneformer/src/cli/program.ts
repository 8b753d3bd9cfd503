import { Command, CommanderError, Option } from 'commander';
import { isGeneformerError, messageOf, printable } from '@geneformer-ts/core';
import { progressLine, type LineTerminal } from '../progress/progress-line.js';
import type { CommandContext, CommandResult, CommandSpec, NextCommand, Options } from './command.js';
import { commands } from './commands/index.js';
import { estimateRun } from './estimate/estimate-run.js';
import { estimateResult } from './estimate/show-estimate.js';
import { inWordsOfCommand } from './remedies.js';
import { safe } from './text.js';

/** Where a run writes. */
export interface Streams {
  out: { write(text: string): unknown };
  err: LineTerminal;
}

/** Exit codes: success, a failure that the message explains, and a call that is not valid. */
const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/**
 * Runs the command line.
 *
 * @param argv arguments after the name of the program
 * @param options.name how the program was called, such as `npx geneformer`, for the commands that it prints
 * @returns the exit code: 0; 1 for a failure, with a message of one line on `err`; 2 for a call that is not valid
 */
export async function runProgram(
  argv: readonly string[],
  { out, err }: Streams,
  { version, signal, name = 'geneformer' }: { version: string; signal: AbortSignal; name?: string },
): Promise<number> {
  const state: { code: number; spec?: CommandSpec } = { code: EXIT.ok };
  const program = new Command('geneformer')
    .description('Geneformer for your own cells: annotate, embed and train, without Python and without a GPU.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      getOutHelpWidth: () => 80,
    })
    .addHelpText('after', `\nStart here:\n  $ ${name} inspect cells.h5ad\n`);
  const started = (spec: CommandSpec): void => void (state.spec = spec);
  for (const spec of commands) addCommand(program, spec, { out, err, signal, name, started });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    state.code = exitCodeOf(error, err, state.spec, signal.aborted);
  }
  return state.code;
}

/** Where a command writes, what stops it, and who wants to know that it started. */
interface Run extends Streams {
  signal: AbortSignal;
  name: string;
  started: (spec: CommandSpec) => void;
}

function addCommand(program: Command, spec: CommandSpec, run: Run): void {
  const command = program
    .command(`${spec.name}${spec.args === '' ? '' : ` ${spec.args}`}`)
    .description(spec.summary)
    .helpOption('-h, --help', 'print this help');
  for (const { flags, text, read, required, choices } of spec.options) {
    const option = new Option(flags, text);
    if (read) option.argParser(read);
    if (choices) option.choices(choices);
    if (required === true) option.makeOptionMandatory();
    command.addOption(option);
  }
  if (spec.estimate) command.option('--estimate', 'print time and memory, measured on a few cells, and stop');
  command.option('--json', 'print the result as JSON').option('--quiet', 'print errors only');
  const lines = spec.examples.map((example) => `  $ ${run.name} ${example}`).join('\n');
  command.addHelpText('after', `\nExample${spec.examples.length > 1 ? 's' : ''}:\n${lines}\n`);
  command.action(async (...given: unknown[]) => {
    run.started(spec);
    const options = command.opts();
    const args = given
      .slice(0, -2)
      .flat()
      .filter((arg) => arg !== undefined) as string[];
    const isSilent = options['quiet'] === true || options['json'] === true;
    const line = progressLine(isSilent ? { write: () => undefined } : run.err);
    const context: CommandContext = {
      signal: run.signal,
      onProgress: line.report,
      note: (text) => {
        line.clear();
        if (options['quiet'] !== true) run.err.write(`${printable(text)}\n`);
      },
    };
    try {
      const { json, text, next = [] } = await outcomeOf(spec, context, args, options);
      line.clear();
      const commandLines = next.map(({ command: words }) => `${run.name} ${words}`);
      const value = next.length > 0 ? { ...json, next: commandLines } : json;
      if (options['json'] === true) run.out.write(`${JSON.stringify(value, jsonValue, 2)}\n`);
      else if (options['quiet'] !== true) run.out.write(`${safe(text)}${nextText(next, run.name)}\n`);
    } finally {
      line.clear();
    }
  });
}

async function outcomeOf(
  spec: CommandSpec,
  context: CommandContext,
  args: string[],
  options: Options,
): Promise<CommandResult> {
  const { estimate, name } = spec;
  if (estimate === undefined || options['estimate'] !== true) return spec.run(context, args, options);
  const found = estimate.measure
    ? await estimate.measure(context, args, options)
    : await estimateRun({ ...spec, estimate }, context, args, options);
  return estimateResult(name, found);
}

/** The commands that a person would run next, each on a line that a shell accepts. */
function nextText(next: readonly NextCommand[], name: string): string {
  if (next.length === 0) return '';
  const lines = next.map(({ command, note }) => printable(`${name} ${command}${note ? `   # ${note}` : ''}`));
  return `\n\nnext\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Typed arrays as lists. JSON has no NaN; a value that is not defined is null. */
function jsonValue(_key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<number>);
  return value instanceof Map ? Object.fromEntries(value) : value;
}

/** Prints a failure as one line, or a defect with its stack, and returns the exit code. */
function exitCodeOf(error: unknown, err: Streams['err'], spec: CommandSpec | undefined, isStopped: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has printed it; help and version are not failures.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  // Parts of a command that were stopped together may fail in several ways.
  if (isStopped) {
    err.write(`${spec?.stopped ?? 'stopped; nothing was written'}\n`);
    return EXIT.failed;
  }
  if (isGeneformerError(error)) {
    err.write(`error: ${printable(inWordsOfCommand(error.message, spec))}\n`);
    return isGeneformerError(error, 'ArgumentError') ? EXIT.usage : EXIT.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  err.write(`internal error, please report it:\n${safe(stack)}\n`);
  return EXIT.failed;
}
