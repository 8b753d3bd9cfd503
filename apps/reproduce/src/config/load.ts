import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '@geneformer-ts/core';
import { readTextFile, readVariable } from '@geneformer-ts/core/node';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { ExperimentError } from '../errors.js';
import { type Experiment, experimentSchema, paramsOf } from './cell-experiment.js';
import { type GeneExperiment, geneExperimentSchema, geneParamsOf } from './gene-experiment.js';
import {
  type GeneralizationExperiment,
  generalizationExperimentSchema,
  generalizationParamsOf,
} from './generalization-experiment.js';
import { type PretrainExperiment, pretrainExperimentSchema, pretrainParamsOf } from './pretrain-experiment.js';

/** An experiment of any kind. */
export type AnyExperiment = Experiment | GeneExperiment | PretrainExperiment | GeneralizationExperiment;

/**
 * Reads and validates `<folder>/<experiment>.yaml`.
 * @throws ExperimentError with the file, the key and the expected value
 */
export async function loadExperiment(folder: string, experiment: string): Promise<AnyExperiment> {
  const file = path.join(folder, `${experiment}.yaml`);
  if (!NAME.test(experiment) || !existsSync(file)) {
    const known = readdirSync(folder).flatMap((name) => (name.endsWith('.yaml') ? [path.basename(name, '.yaml')] : []));
    throw new ExperimentError(shown(file), '', `no such experiment; choose one of: ${known.join(', ')}`);
  }
  let text: string;
  try {
    text = await readTextFile(file, MOST_BYTES);
  } catch (cause) {
    throw new ExperimentError(shown(file), '', `cannot be read (${messageOf(cause)}); check that it is a file`, {
      cause,
    });
  }
  const content = parseYaml(text, shown(file));
  const { success, data, error } = schemaOf(content).safeParse(content, { reportInput: true });
  if (!success) throw new ExperimentError(shown(file), ...firstProblem(error), { cause: error });
  return data;
}

/** The largest file that is read, in bytes; real experiment files are far smaller. */
const MOST_BYTES = 2 ** 24;

/** The pattern of `name` in the schema, because names become part of file names and target names. */
const NAME = /^[a-z][a-z0-9-]*$/;

/** Parses YAML. The text is small, so every failure of the parser is a fault of the text: syntax, too many aliases, too much nesting. */
function parseYaml(text: string, file: string): unknown {
  // The parser recurses once per level, and deep nesting would overflow the stack.
  if (nestingOf(text) > MOST_LEVELS) {
    throw new ExperimentError(file, '', `more than ${MOST_LEVELS} levels of nesting; write it with less`);
  }
  try {
    return parse(text, refusePrototype, { prettyErrors: true, merge: true, maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    if (cause instanceof TypeError && cause.message === PROTOTYPE) {
      throw new ExperimentError(file, '__proto__', 'cannot be a key; choose another name', { cause });
    }
    const [line] = cause instanceof YAMLParseError ? (cause.linePos ?? []) : [];
    const [problem = ''] = messageOf(cause).split('\\n');
    const remedy =
      cause instanceof YAMLParseError ? 'correct the line' : 'write it with less nesting and fewer aliases';
    throw new ExperimentError(file, line ? `line ${line.line}` : '', `not YAML: ${problem}; ${remedy}`, { cause });
  }
}

const MOST_LEVELS = 50;

/** Returns an upper bound on the nesting depth of a text, from its brackets and from each line's indentation and markers. */
function nestingOf(text: string): number {
  let deepest = 0;
  let open = 0;
  for (const bracket of text.matchAll(/[[{\]}]/g)) {
    open = Math.max(0, open + (bracket[0] === '[' || bracket[0] === '{' ? 1 : -1));
    deepest = Math.max(deepest, open);
  }
  for (const [start] of text.matchAll(/^(?: |[-?:](?=\s))+/gm)) {
    deepest = Math.max(deepest, Math.ceil(start.replaceAll(/[-?:] /g, '  ').length / 2));
  }
  return deepest;
}

const PROTOTYPE = '__proto__';

/** Refuses the key `__proto__`, which schemas would silently ignore. */
function refusePrototype(key: unknown, value: unknown): unknown {
  if (key === PROTOTYPE) throw new TypeError(PROTOTYPE);
  return value;
}

/** The most aliases of a file: enough for every profile to reuse parts of others, and too few to exhaust memory. */
const MOST_ALIASES = 100;

/** Returns the schema that belongs to the experiment's `kind`; cell classification has no `kind`. */
function schemaOf(content: unknown): z.ZodType<AnyExperiment> {
  const kind = typeof content === 'object' && content !== null && 'kind' in content ? content.kind : undefined;
  if (kind === 'genes') return geneExperimentSchema;
  if (kind === 'generalization') return generalizationExperimentSchema;
  return kind === 'pretrain' ? pretrainExperimentSchema : experimentSchema;
}

/**
 * Returns a profile by its name.
 * @throws ExperimentError when the experiment has no such profile
 */
export function profileOf<E extends { profiles: Record<string, unknown> }>(
  experiment: E,
  profile: string,
  file: string,
): NonNullable<E['profiles'][string]> {
  const { profiles } = experiment;
  // Properties that every object inherits (constructor, toString) are not profiles.
  const found = Object.hasOwn(profiles, profile) ? (profiles[profile] as E['profiles'][string]) : undefined;
  if (found) return found;
  const known = Object.keys(experiment.profiles).join(', ');
  throw new ExperimentError(file, '', `no profile "${profile}"; choose one of: ${known}`);
}

function firstProblem(error: z.ZodError): [key: string, problem: string] {
  const [issue] = error.issues;
  if (!issue) return ['', error.message];
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    return [at ? `${at}.${key}` : `${key}`, 'unknown key; remove it or correct its spelling'];
  }
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  const expected = (inner ?? issue.message).replace(/^Invalid input: /, '');
  const isScalar = ['string', 'number', 'boolean'].includes(typeof issue.input);
  // Zod's messages about types name the value found; those about ranges do not.
  const found = isScalar && issue.code !== 'invalid_type' ? ` (found ${JSON.stringify(issue.input)})` : '';
  return [at, `${expected}${found}`];
}

function shown(file: string): string {
  return path.relative(readVariable('NX_WORKSPACE_ROOT') ?? process.cwd(), file) || file;
}

/**
 * Returns the part of a profile that a stage depends on, for an experiment of any kind.
 * @param words the stage's name and its arguments, such as the model and the fold
 * @param file the experiment's file, for error messages
 * @throws ExperimentError when the profile, the stage or the model does not exist
 */
export function anyParamsOf(
  words: readonly string[],
  experiment: AnyExperiment,
  profile: string,
  file: string,
): unknown {
  const [name = ''] = words;
  if (!('kind' in experiment)) return paramsOf(name, words, experiment, profileOf(experiment, profile, file));
  switch (experiment.kind) {
    case 'genes':
      return geneParamsOf(name, words, experiment, profileOf(experiment, profile, file));
    case 'pretrain':
      return pretrainParamsOf(name, experiment, profileOf(experiment, profile, file));
    case 'generalization':
      return generalizationParamsOf(words, experiment, profileOf(experiment, profile, file));
  }
}
