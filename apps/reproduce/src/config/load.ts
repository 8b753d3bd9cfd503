import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '@geneformer-ts/core';
import { readTextFile, readVariable } from '@geneformer-ts/core/node';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { ExperimentError } from '../errors.js';
import { experiments } from '../experiments/index.js';
import type { Experiment } from '../run/define.js';
import { nameParam } from '../stages/cell.params.js';

/** An experiment file, and the declaration that its `kind` selects. */
export interface LoadedExperiment {
  declaration: Experiment;
  title: string;
  defaultProfile: string;
  profiles: Record<string, unknown>;
}

/**
 * Reads and validates `<folder>/<experiment>.yaml`.
 * @throws ExperimentError with the file, the key and the expected value
 */
export async function loadExperiment(folder: string, experiment: string): Promise<LoadedExperiment> {
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
  const declaration = declarationOf(content);
  const { success, data, error } = schemaOf(declaration).safeParse(content, { reportInput: true });
  if (!success) throw new ExperimentError(shown(file), ...firstProblem(error), { cause: error });
  return { declaration, ...data };
}

/** The largest file that is read, in bytes; real experiment files are far smaller. */
const MOST_BYTES = 2 ** 24;

/** The pattern of `nameParam`, because names become part of file names and target names. */
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

/** Returns the declaration for the file's `kind`; cell classification has no `kind`. */
function declarationOf(content: unknown): Experiment {
  const kind = typeof content === 'object' && content !== null && 'kind' in content ? content.kind : undefined;
  const found = experiments.find((experiment) => experiment.kind === kind);
  return found ?? experiments.find((experiment) => experiment.kind === undefined)!;
}

/** Returns the schema of a file: unknown keys are errors, because a misspelled option must not be silently ignored. */
function schemaOf({ kind, profile }: Experiment) {
  return z.strictObject({
    title: z.string(),
    ...(kind !== undefined && { kind: z.literal(kind) }),
    defaultProfile: nameParam,
    profiles: z.record(nameParam, profile),
  });
}

/**
 * Returns a profile by its name.
 * @throws ExperimentError when the experiment has no such profile
 */
export function profileOf({ profiles }: Pick<LoadedExperiment, 'profiles'>, profile: string, file: string): unknown {
  // Properties that every object inherits (constructor, toString) are not profiles.
  if (Object.hasOwn(profiles, profile)) return profiles[profile];
  throw new ExperimentError(file, '', `no profile "${profile}"; choose one of: ${Object.keys(profiles).join(', ')}`);
}

function firstProblem({ issues, message }: z.ZodError): [key: string, problem: string] {
  // A misspelled key is also reported as a missing one; the misspelling is what the user must correct.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (!issue) return ['', message];
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    return [at ? `${at}.${key}` : `${key}`, 'unknown key; remove it or correct its spelling'];
  }
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  const expected = (inner ?? issue.message).replace(/^Invalid input: /, '');
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return [at, `${expected.replace(/, received undefined$/, '')}, but it is missing; add it`];
  }
  const isScalar = ['string', 'number', 'boolean'].includes(typeof issue.input);
  return [at, `${expected}${isScalar ? ` (found ${JSON.stringify(issue.input)})` : ''}`];
}

function shown(file: string): string {
  return path.relative(readVariable('NX_WORKSPACE_ROOT') ?? process.cwd(), file) || file;
}
