import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { ConfigError } from '../errors.js';
import { generalizationExperimentSchema, type GeneralizationExperiment } from './generalization-schema.js';
import { geneExperimentSchema, type GeneExperiment } from './gene-schema.js';
import { pretrainExperimentSchema, type PretrainExperiment } from './pretrain-schema.js';
import { experimentSchema, type Experiment } from './schema.js';

/** An experiment of any kind. */
export type AnyExperiment = Experiment | GeneExperiment | PretrainExperiment | GeneralizationExperiment;

/**
 * Reads and checks `<folder>/<experiment>.yaml`.
 * @throws ConfigError with the file, the key and what was expected there
 */
export async function loadExperiment(folder: string, experiment: string): Promise<AnyExperiment> {
  const file = path.join(folder, `${experiment}.yaml`);
  if (!existsSync(file)) {
    const known = readdirSync(folder).flatMap((name) => (name.endsWith('.yaml') ? [path.basename(name, '.yaml')] : []));
    throw new ConfigError(shown(file), '', `no such experiment; choose one of: ${known.join(', ')}`);
  }
  let content: unknown;
  try {
    content = parse(await readFile(file, 'utf8'), { prettyErrors: true, merge: true });
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    const line = cause.linePos?.[0]?.line ?? '?';
    throw new ConfigError(shown(file), `line ${line}`, `not YAML: ${cause.message.split('\n')[0]}`, { cause });
  }
  const { success, data, error } = schemaOf(content).safeParse(content);
  if (!success) throw new ConfigError(shown(file), ...firstProblem(error), { cause: error });
  return data;
}

/** An experiment of another kind than cell classification says so. */
function schemaOf(content: unknown): z.ZodType<AnyExperiment> {
  const kind = typeof content === 'object' && content !== null && 'kind' in content ? content.kind : undefined;
  if (kind === 'genes') return geneExperimentSchema;
  if (kind === 'generalization') return generalizationExperimentSchema;
  return kind === 'pretrain' ? pretrainExperimentSchema : experimentSchema;
}

/** @throws ConfigError when the experiment has no such profile */
export function profileOf<E extends { profiles: Record<string, unknown> }>(
  experiment: E,
  profile: string,
  file: string,
): NonNullable<E['profiles'][string]> {
  const found = experiment.profiles[profile] as E['profiles'][string];
  if (found) return found;
  const known = Object.keys(experiment.profiles).join(', ');
  throw new ConfigError(file, '', `no profile "${profile}"; choose one of: ${known}`);
}

function firstProblem(error: z.ZodError): [key: string, problem: string] {
  const [issue] = error.issues;
  if (!issue) return ['', error.message];
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    return [at ? `${at}.${key}` : `${key}`, 'unknown key; remove it or correct its spelling'];
  }
  return [at, issue.message.replace(/^Invalid input: /, '')];
}

function shown(file: string): string {
  return path.relative(process.env.NX_WORKSPACE_ROOT ?? process.cwd(), file) || file;
}
