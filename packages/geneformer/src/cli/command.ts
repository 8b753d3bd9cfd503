import type { Progress } from '@geneformer-ts/core';

/** What a command prints: a value for machines and a text for people. */
export interface CommandResult {
  json: unknown;
  text: string;
}

/** What a command may use besides its arguments. */
export interface CommandContext {
  signal: AbortSignal;
  /** Draws progress; does nothing with `--quiet` or `--json`, or if standard error is not a terminal. */
  onProgress: Progress;
  /** Prints a remark to standard error, unless `--quiet` is given. */
  note: (line: string) => void;
}

/** A command of the program: its words, its help and what it does. */
export interface CommandSpec {
  name: string;
  /** Arguments in commander's notation, such as `<file>`. */
  args: string;
  summary: string;
  /** Lines that can be copied into a shell, without the name of the program. */
  examples: readonly string[];
  /** Flags in commander's notation, their descriptions, and functions that read their values. */
  options: readonly OptionSpec[];
  run: (context: CommandContext, args: string[], options: Options) => Promise<CommandResult>;
}

export interface OptionSpec {
  flags: string;
  text: string;
  read?: (value: string) => unknown;
  required?: boolean;
  choices?: readonly string[];
}

/** The values of the options of a call, by their long names in camel case. */
export type Options = Readonly<Record<string, unknown>>;

/** Returns an option that is a text, if it was given. */
export function textOf(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Returns an option that is a number, if it was given. */
export function numberOf(options: Options, name: string): number | undefined {
  const value = options[name];
  return typeof value === 'number' ? value : undefined;
}
