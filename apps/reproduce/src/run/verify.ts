/** Compares the results of a profile with published ones, and says where they begin to differ and why. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.js';
import type { Manifest } from './manifest.js';
import { digestOf } from './manifest.js';
import type { RunManifest } from './run-manifest.js';

interface Comparison {
  lines: string[];
  isSame: boolean;
}

/**
 * Compares two results folders, `ours` with `published`: the outputs of every task, then the scores.
 * @throws DataError when one of them has no `manifest.json` of this format
 */
export async function compareResults(ours: string, published: string): Promise<Comparison> {
  const [mine, theirs] = [await readRunManifest(ours), await readRunManifest(published)];
  const lines: string[] = [];
  const names = [...new Set([...Object.keys(theirs.stages), ...Object.keys(mine.stages)])];
  let same = 0;
  for (const name of names) {
    const [own, other] = [mine.stages[name], theirs.stages[name]];
    const differing = own && other ? outputsThatDiffer(own, other) : [];
    if (own && other && differing.length === 0) {
      same++;
      continue;
    }
    if (!own || !other) lines.push(`${name}: only in ${own ? ours : published}`);
    else
      lines.push(
        `${name}: ${differing.join(', ')} ${differing.length > 1 ? 'differ' : 'differs'} (${reasonOf(own, other)})`,
      );
  }
  const scores = differingScores(await readMetrics(ours), await readMetrics(published));
  const heading = `${mine.experiment}:${mine.profile}: ${same} of ${names.length} stages have the same outputs as in ${published}`;
  const isSame = lines.length === 0 && scores.length === 0;
  return {
    lines: [heading, ...lines.map((line) => `  ${line}`), ...scores.map((line) => `  metrics.json: ${line}`)],
    isSame,
  };
}

async function readRunManifest(folder: string): Promise<RunManifest> {
  const file = path.join(folder, 'manifest.json');
  const remedy = 'give the results folder of a finished profile, for example apps/reproduce/results/cell/embedded';
  try {
    const manifest = JSON.parse(await readFile(file, 'utf8')) as RunManifest;
    if (manifest.schema === 2 && typeof manifest.stages === 'object' && manifest.stages !== null) return manifest;
  } catch (cause) {
    throw new DataError(file, 'manifest', `cannot be read; ${remedy}`, { cause });
  }
  throw new DataError(file, 'schema', `is not 2, or stages are missing; run the profile again, or ${remedy}`);
}

/** Returns the files of the outputs that differ. Reports hold times and the machine, so they are not compared. */
function outputsThatDiffer(own: Manifest, other: Manifest): string[] {
  const [mine, theirs] = [filesOf(own), filesOf(other)];
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].filter((name) => mine[name] !== theirs[name]);
}

function filesOf({ outputs }: Manifest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([output, { files }]) =>
      Object.entries(files).flatMap(([file, digest]) =>
        /\.html$|^metrics\.json$/.test(file)
          ? []
          : [[Object.keys(files).length > 1 ? `${output}/${file}` : file, digest]],
      ),
    ),
  );
}

/** Says what differs in how a task was made; if nothing does, the machine is what is left. */
function reasonOf(own: Manifest, other: Manifest): string {
  const differs = (a: unknown, b: unknown) => digestOf(a ?? null) !== digestOf(b ?? null);
  const inputs = Object.keys(own.inputs).filter((name) => own.inputs[name] !== other.inputs[name]);
  const reasons = [
    ...Object.keys(own.files).filter((name) => own.files[name] !== other.files[name]),
    ...(differs(own.params, other.params) ? ['its parameters'] : []),
    ...(own.code !== other.code ? ['its code'] : []),
    ...(own.backend !== other.backend ? [`the backend, ${own.backend} and ${other.backend}`] : []),
    ...(inputs.length > 0 ? [`its inputs ${inputs.slice(0, 3).join(', ')}${inputs.length > 3 ? ', …' : ''}`] : []),
  ];
  if (reasons.length > 0) return `also different: ${reasons.join('; ')}`;
  const machine = ({ environment: { cpu, node, threads } }: Manifest) => `${cpu}, ${threads} threads, Node ${node}`;
  return `made from the same; machines: ${machine(own)} and ${machine(other)}`;
}

type Numbers = Map<string, unknown>;

/** Returns the values of `metrics.json` by their path, without times and the machine. */
async function readMetrics(folder: string): Promise<Numbers> {
  const text = await readFile(path.join(folder, 'metrics.json'), 'utf8').catch(() => '{}');
  const found: Numbers = new Map();
  const visit = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null) return void found.set(at, value);
    for (const [key, inner] of Object.entries(value)) {
      const name = (inner as { name?: unknown } | null)?.name;
      if (!['seconds', 'environment'].includes(key))
        visit(inner, `${at}${at && '.'}${typeof name === 'string' ? name : key}`);
    }
  };
  try {
    visit(JSON.parse(text), '');
  } catch (cause) {
    throw new DataError(path.join(folder, 'metrics.json'), 'text', 'is not JSON; run the profile again', { cause });
  }
  return found;
}

/** The most scores that are listed. */
const MOST_LINES = 20;

function differingScores(mine: Numbers, theirs: Numbers): string[] {
  const lines = [...new Set([...theirs.keys(), ...mine.keys()])]
    .filter((at) => mine.get(at) !== theirs.get(at))
    .map((at) => `${at} is ${JSON.stringify(mine.get(at))}, published ${JSON.stringify(theirs.get(at))}`);
  return lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), `${lines.length - MOST_LINES} more values`]
    : lines;
}
