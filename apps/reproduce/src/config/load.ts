import { readTextFile, readVariable } from '@geneformer-ts/core/node';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '@geneformer-ts/core';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { ExperimentError } from '../errors.js';
import { generalizationExperimentSchema, type GeneralizationExperiment } from './generalization-schema.js';
import { geneExperimentSchema, type GeneExperiment } from './gene-schema.js';
import { pretrainExperimentSchema, type PretrainExperiment } from './pretrain-schema.js';
import { experimentSchema, type Experiment } from './schema.js';

/** An experiment of any kind. */
export type AnyExperiment = Experiment | GeneExperiment | PretrainExperiment | GeneralizationExperiment;

/**
 * Reads and checks `<folder>/<experiment>.yaml`.
 * @throws ExperimentError with the file, the key and what was expected there
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

/** Far more than an experiment takes. */
const MOST_BYTES = 2 ** 24;

/** What `name` in the schema allows: file names and target names are made of it. */
const NAME = /^[a-z][a-z0-9-]*$/;

/** The text is small, so whatever the parser stumbles over (errors, too many aliases, too much nesting) is the text's doing. */
function parseYaml(text: string, file: string): unknown {
  // The parser calls itself for each level, and with many of them it ends the process.
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

/** The deepest nesting of brackets, or of one line's indentation and markers, that a text can have: an upper bound. */
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

/** Schemas pass over this key, so it would be ignored in silence. */
function refusePrototype(key: unknown, value: unknown): unknown {
  if (key === PROTOTYPE) throw new TypeError(PROTOTYPE);
  return value;
}

/** Enough for every profile to repeat parts of others, and too few to fill the memory. */
const MOST_ALIASES = 100;

/** An experiment of another kind than cell classification says so. */
function schemaOf(content: unknown): z.ZodType<AnyExperiment> {
  const kind = typeof content === 'object' && content !== null && 'kind' in content ? content.kind : undefined;
  if (kind === 'genes') return geneExperimentSchema;
  if (kind === 'generalization') return generalizationExperimentSchema;
  return kind === 'pretrain' ? pretrainExperimentSchema : experimentSchema;
}

/** @throws ExperimentError when the experiment has no such profile */
export function profileOf<E extends { profiles: Record<string, unknown> }>(
  experiment: E,
  profile: string,
  file: string,
): NonNullable<E['profiles'][string]> {
  const { profiles } = experiment;
  // Not what every object has: constructor, toString.
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
  // Messages about types say what was found; those about ranges do not.
  const found = isScalar && issue.code !== 'invalid_type' ? ` (found ${JSON.stringify(issue.input)})` : '';
  return [at, `${expected}${found}`];
}

function shown(file: string): string {
  return path.relative(readVariable('NX_WORKSPACE_ROOT') ?? process.cwd(), file) || file;
}
