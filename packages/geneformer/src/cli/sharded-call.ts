import { FormatError, messageOf } from '@geneformer-ts/core';
import { readCount, readTextFile, readVariable, writeFileAtomic } from '@geneformer-ts/core/node';
import { existsSync, join, resolve } from '@geneformer-ts/core/system';
import { useBackend } from '@geneformer-ts/engine';
import { RunMismatchError } from '@geneformer-ts/perturb';
import type { ShardOutcome } from '../shards/row-run.js';
import type { CommandResult, CommandSpec, Options, OptionSpec } from './command.js';
import { shardOf } from './shard.js';
import { count, facts, page, quotedPath } from './text.js';

export const shardOption: OptionSpec = {
  flags: '--shard <i/n>',
  text: 'share of this process, such as 0/8; auto in a job array; then merge',
  read: shardOf,
};

/** A call whose shares are written into a folder, for `merge`. */
export interface ShardedCall {
  command: string;
  /** Path of the file with cells. */
  file: string;
  options: Record<string, unknown>;
}

const FILE = 'call.json';
const SCHEMA = 1;
/** Options that differ between shares, or that say how a share is printed. */
const OWN = ['out', 'shard', 'merge', 'json', 'quiet', 'estimate'];
/** Options with paths. These, and the file, may differ between machines. */
const PATHS = ['model', 'obs'];
const REMEDY = "give a folder that 'geneformer embed --shard', or another command with --shard, has written";

/** Returns the folder for the parts of an output file. */
export function partsFolder(out: string): string {
  return `${out.replace(/[\\/]+$/, '')}.parts`;
}

/** Selects one thread, so that parts of all machines round alike, or as many as `GENEFORMER_THREADS` says. */
export async function selectShardThreads(): Promise<void> {
  if (readVariable('GENEFORMER_BACKEND') !== undefined) return;
  await useBackend('onnx', { threads: readCount('GENEFORMER_THREADS', { max: 1024 }) ?? 1 });
}

/**
 * Computes a share and writes its call beside the parts, unless a share before did. A failed share leaves no call.
 *
 * @throws RunMismatchError before anything is computed if the shares before had other options
 */
export async function recorded<T>(
  folder: string,
  { command, file, options: given }: { command: string; file: string; options: Options },
  compute: () => Promise<T>,
): Promise<T> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given).sort()) {
    if (OWN.includes(name) || value === undefined) continue;
    const isPath = PATHS.includes(name) && typeof value === 'string' && existsSync(value);
    options[name] = isPath ? resolve(value) : value;
  }
  const call: ShardedCall = { command, file: resolve(file), options };
  const isThere = existsSync(join(folder, FILE));
  if (isThere) checkSame(folder, call, await readCall(folder));
  const result = await compute();
  if (!isThere) await writeFileAtomic(join(folder, FILE), `${JSON.stringify({ schema: SCHEMA, ...call }, null, 2)}\n`);
  return result;
}

function checkSame(folder: string, call: ShardedCall, before: ShardedCall): void {
  const names = new Set([...Object.keys(call.options), ...Object.keys(before.options)]);
  const other = [...names].find(
    (name) => !PATHS.includes(name) && JSON.stringify(call.options[name]) !== JSON.stringify(before.options[name]),
  );
  if (call.command === before.command && other === undefined) return;
  const what = call.command === before.command ? `option '${other}'` : 'command';
  const problem = `has shares of a run with another ${what}`;
  throw new RunMismatchError(folder, problem, 'give all shares the same options, or name another output');
}

/**
 * Reads the call of a folder.
 *
 * @throws FileMissingError; FormatError
 */
export async function readCall(folder: string): Promise<ShardedCall> {
  const path = join(folder, FILE);
  const text = await readTextFile(path, 2 ** 24);
  let stored: Partial<ShardedCall> & { schema?: unknown };
  try {
    stored = JSON.parse(text) as typeof stored;
  } catch (cause) {
    throw new FormatError(path, 'call', `is not JSON (${messageOf(cause)})`, REMEDY, { cause });
  }
  const { schema, command, file, options } = stored ?? {};
  const isCall = typeof command === 'string' && typeof file === 'string' && typeof options === 'object';
  if (schema !== SCHEMA || !isCall || options === null) {
    throw new FormatError(path, 'call', `is not of schema ${SCHEMA}`, REMEDY);
  }
  return { command, file, options };
}

/**
 * Returns the options of a stored call after the checks that a call on the command line gets.
 *
 * @throws FormatError for an option or a value that the command does not take
 */
export function checkedOptions(folder: string, spec: CommandSpec, { options }: ShardedCall): Record<string, unknown> {
  const path = join(folder, FILE);
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const option = spec.options.find(({ flags }) => nameOf(flags) === name);
    const bad = (problem: string, cause?: unknown): FormatError =>
      new FormatError(path, `options.${name}`, problem, REMEDY, { cause });
    if (!option || OWN.includes(name)) throw bad(`is not an option of ${spec.name}`);
    if (!option.flags.includes('<')) {
      if (value !== true) throw bad('is not true');
      checked[name] = true;
      continue;
    }
    const words = Array.isArray(value) ? value.join(',') : value;
    if (typeof words !== 'string' && typeof words !== 'number') throw bad('is neither text nor a number');
    if (option.choices && !option.choices.includes(String(words))) throw bad(`'${words}' is not a choice`);
    try {
      checked[name] = option.read ? option.read(String(words)) : String(words);
    } catch (cause) {
      throw bad(`'${words}': ${messageOf(cause)}`, cause);
    }
  }
  return checked;
}

/** `-o, --majority-vote <column>` becomes `majorityVote`. */
function nameOf(flags: string): string {
  const flag = /--([\w-]+)/.exec(flags)?.[1] ?? '';
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** What a share prints. */
export function shardResult(folder: string, outcome: ShardOutcome): CommandResult {
  const { parts, found, partCount, rows } = outcome;
  const text = facts([
    ['share', `${count(rows)} cells`],
    ['parts', `${count(parts)} of ${count(partCount)}, ${count(found)} of them there before`],
  ]);
  const next = [{ command: `merge ${quotedPath(folder)}`, note: 'once all shares are there' }];
  return { json: { folder, ...outcome }, text: page(folder, text), next };
}
