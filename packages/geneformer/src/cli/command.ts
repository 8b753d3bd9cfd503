import type { Progress } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import type { Estimate } from './estimate/estimate-run.js';

/** What a command prints: a value for machines and a text for people. */
export interface CommandResult {
  json: object;
  text: string;
  /** Commands that a person would run next, without the name of the program. */
  next?: readonly NextCommand[];
}

/** A command to run next, and when to. */
export interface NextCommand {
  command: string;
  /** Completes "to …" or names a condition, such as `with a trained classifier`. */
  note?: string;
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
  /** How `--estimate` measures the command. The arguments must be files with cells. A command without it has no such option. */
  estimate?: EstimateSpec;
  /** Printed if the command is stopped; default: that nothing was written. */
  stopped?: string;
  run: (context: CommandContext, args: string[], options: Options) => Promise<CommandResult>;
}

/** What `--estimate` needs to know to run a command on samples of its files. */
export interface EstimateSpec {
  /** Measures the command itself, rather than runs it on samples, since its time does not grow with the cells of the file. */
  measure?: (context: CommandContext, args: string[], options: Options) => Promise<Estimate>;
  /** Names of options whose values are also files with cells. */
  files?: readonly string[];
  /** Least cells of a sample, such as for training; default 16. */
  least?: number;
  /** Names of obsm entries that a sample needs. */
  obsm?: (cells: AnnData, options: Options) => readonly string[];
  /** Bytes per cell that the result keeps in memory, from the JSON of a run. */
  bytesPerCell?: (json: object) => number;
  /** Whether the output is a copy of the first file. */
  copies?: boolean;
  /** Whether cells are compared with each other, as nearest neighbors are. */
  hasPairs?: (options: Options) => boolean;
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
