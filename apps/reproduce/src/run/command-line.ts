/** Reads the words and options of `reproduce`. */
import { parseArgs } from 'node:util';
import { messageOf } from '@geneformer-ts/core';
import { ExperimentError } from '../errors.js';

const USAGE = 'known options: --only, --again, --profile, --if-data';

/** What the user asked for. */
export interface Order {
  /** Experiment and profile; or `verify` and two results. */
  words: [string, string] | ['verify', string, string];
  /** The task up to which the study runs. */
  only: string | undefined;
  /** The task that is computed although its result is known. */
  computed: string | undefined;
  /** Whether time per op is printed for `computed`. */
  isProfiled: boolean;
  /** Whether a profile whose data are absent is skipped. */
  isOptional: boolean;
}

/**
 * Reads the command line. Anything that would have no effect is refused, because it is a mistake of the user.
 * @throws ExperimentError for an unknown option, for too few or too many words, and for options that exclude each other
 * @example readCommandLine(['cell', 'embedded', '--again', 'split']).computed // 'split'
 */
export function readCommandLine(args: readonly string[]): Order {
  const { values, positionals } = parse(args);
  const { only, again, profile, 'if-data': isOptional = false } = values;
  const [first = '', second = '', third = '', ...rest] = positionals;
  if (first === 'verify') {
    if (third === '' || rest.length > 0) {
      throw refusal('verify: give a profile and a folder: npx nx run reproduce:verify cell:embedded ../published');
    }
    const none = { only: undefined, computed: undefined, isProfiled: false };
    return { words: [first, second, third], ...none, isOptional };
  }
  if (third !== '')
    throw refusal(`"${third}": unknown word; choose a profile with: npx nx run reproduce:${first}:<profile>`);
  const given = Object.entries({ only, again, profile }).filter(([, task]) => task !== undefined);
  if (given.length > 1) {
    throw refusal(`${given.map(([name]) => `--${name}`).join(' and ')}: exclude each other; give one of them`);
  }
  const computed = again ?? profile;
  if (computed?.includes('/')) {
    const [experiment = '', other = '', task = ''] = computed.split('/');
    const remedy = `run it where it belongs: npx nx run reproduce:${experiment}:${other} --${given[0]?.[0]} ${task}`;
    throw refusal(`--${given[0]?.[0]}: "${computed}" is a task of another profile; ${remedy}`);
  }
  return { words: [first, second], only, computed, isProfiled: profile !== undefined, isOptional };
}

function parse(args: readonly string[]) {
  const task = { type: 'string' } as const;
  const options = { only: task, again: task, profile: task, 'if-data': { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    const [problem = ''] = messageOf(cause).split('. ');
    throw refusal(`${problem}; ${USAGE}`, cause);
  }
}

function refusal(problem: string, cause?: unknown): ExperimentError {
  return new ExperimentError('command line', '', problem, { cause });
}
