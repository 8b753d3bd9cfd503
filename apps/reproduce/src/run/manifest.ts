import { createHash } from 'node:crypto';
import type { Environment } from '../results/metrics.js';
import { staysInside } from './read-record.js';
import type { Artifact } from './store.js';

/** Describes a finished run of a stage; written atomically at its end. */
export interface Manifest {
  schema: 1;
  experiment: string;
  profile: string;
  stage: string;
  /** sha256 of everything that determines the result: parameters, code, inputs, backend. */
  key: string;
  params: unknown;
  /** Map from input stage to the digest of its outputs. */
  inputs: Record<string, string>;
  /** Map from each file below GENEFORMER_DATA that the stage reads to its sha256, null when the file was missing. */
  files: Record<string, string | null>;
  /** Fingerprint of the code that the stage can reach. */
  code: string;
  backend: string;
  versions: { node: string; platform: string };
  /** The machine and the commit, for reports; unchanged when an output is recomputed. */
  environment: Environment;
  outputs: Record<string, Artifact>;
  facts: Record<string, unknown>;
  timing: Record<string, number>;
  seconds: number;
  /** sha256 of all other fields, so that a truncated or edited manifest is never used. */
  check: string;
}

/** Adds the checksum to a finished manifest. */
export function sealManifest(manifest: Omit<Manifest, 'check'>): Manifest {
  return { ...manifest, check: digestOf(manifest) };
}

/** Parses a manifest; returns undefined when its checksum or its outputs are invalid. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const { check, ...manifest } = JSON.parse(text) as Manifest;
    return digestOf(manifest) === check && hasSoundOutputs(manifest.outputs) ? { ...manifest, check } : undefined;
  } catch {
    return undefined; // not JSON, or not an object
  }
}

/**
 * Validates names and digests, because they become parts of paths where files are compared, copied and removed. The checksum detects
 * damage, but it does not prove who wrote a manifest.
 */
function hasSoundOutputs(outputs: unknown): boolean {
  return (
    isObject(outputs) &&
    Object.entries(outputs).every(
      ([output, artifact]) =>
        staysInside(output) &&
        isObject(artifact) &&
        isDigest(artifact['digest']) &&
        isObject(artifact['files']) &&
        Object.entries(artifact['files']).every(([file, digest]) => staysInside(file) && isDigest(digest)),
    )
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

export function formatManifest(manifest: Manifest): string {
  return JSON.stringify(manifest, null, 2) + '\n';
}

/** Returns the digest of the part of a manifest that later stages depend on: outputs and facts, not timing or machine. */
export function outputsDigest(manifest: Pick<Manifest, 'outputs' | 'facts'>): string {
  const outputs = Object.entries(manifest.outputs).map(([name, { digest }]) => [name, digest]);
  return digestOf({ outputs: outputs.sort(), facts: manifest.facts });
}

/** Returns the sha256 of a value, independent of the order of its keys. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
