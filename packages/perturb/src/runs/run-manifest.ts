import { FormatError, GeneformerError, messageOf } from '@geneformer-ts/core';
import { readTextFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { existsSync, join } from '@geneformer-ts/core/system';
import type { Perturbation } from '../sequence/perturb-sequence.js';

/** What `run.json` says about a run. */
export interface RunManifest {
  /** Digest of everything that the results depend on. */
  digest: string;
  /** Number of parts of the whole run. */
  partCount: number;
  /** Number of perturbed cells. */
  cells: number;
  sequences: number;
  tokens: number;
  /** Names of the columns besides `cell`, `target`, `rank`, `present` and `shift`. */
  columns: string[];
  perturbation: Perturbation;
  /** `all`, or the number of lists of genes. */
  targets: 'all' | number;
}

/** Thrown when a folder has the results of another run, or shards are of different runs. */
export class RunMismatchError extends GeneformerError {
  readonly tag = 'RunMismatchError';

  constructor(
    readonly folder: string,
    problem: string,
    remedy: string,
  ) {
    super(`${folder}: ${problem}; ${remedy}`);
  }
}

const FILE = 'run.json';
const SCHEMA = 1;

/**
 * Writes the manifest of a run, or checks that the folder has the same.
 *
 * @throws RunMismatchError
 */
export async function writeManifest(folder: string, manifest: RunManifest): Promise<void> {
  if (existsSync(join(folder, FILE))) {
    const { digest } = await readManifest(folder);
    if (digest === manifest.digest) return;
    const problem = 'has a run with other cells, genes or options';
    throw new RunMismatchError(folder, problem, 'name another folder, or remove it');
  }
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify({ schema: SCHEMA, ...manifest }, null, 2)}\n`);
}

/**
 * Reads the manifest of a run.
 *
 * @throws FileMissingError; FormatError
 */
export async function readManifest(folder: string): Promise<RunManifest> {
  const path = join(folder, FILE);
  const text = await readTextFile(path, 2 ** 26);
  const bad = (problem: string, cause?: unknown): FormatError =>
    new FormatError(path, 'run', problem, 'give a folder of geneformer perturb', { cause });
  let stored: RunManifest & { schema?: unknown };
  try {
    stored = JSON.parse(text) as typeof stored;
  } catch (cause) {
    throw bad(`is not JSON (${messageOf(cause)})`, cause);
  }
  const { schema, ...manifest } = stored ?? {};
  if (schema !== SCHEMA || typeof manifest.digest !== 'string' || !Array.isArray(manifest.columns)) {
    throw bad(`is not of schema ${SCHEMA}`);
  }
  return manifest;
}
