import { createHash } from 'node:crypto';
import type { Environment } from '../results/metrics.js';
import { staysInside } from './read-record.js';
import type { Artefact } from './store.js';

/** What a stage did, written whole when it is done. */
export interface Manifest {
  schema: 1;
  experiment: string;
  profile: string;
  stage: string;
  /** sha256 of everything that decides the result: parameters, code, inputs, backend. */
  key: string;
  params: unknown;
  /** Stage → digest of its outputs. */
  inputs: Record<string, string>;
  /** File below GENEFORMER_DATA that the stage reads → its sha256, null when it was not there. */
  files: Record<string, string | null>;
  /** Fingerprint of the code that the stage can reach. */
  code: string;
  backend: string;
  versions: { node: string; platform: string };
  /** The machine and the commit, which reports name; the same again when an output is made again. */
  environment: Environment;
  outputs: Record<string, Artefact>;
  facts: Record<string, unknown>;
  timing: Record<string, number>;
  seconds: number;
  /** sha256 of everything above, so that a truncated or edited manifest is never believed. */
  check: string;
}

/** Adds the checksum to a finished manifest. */
export function sealManifest(manifest: Omit<Manifest, 'check'>): Manifest {
  return { ...manifest, check: digestOf(manifest) };
}

/** Returns the manifest in `text`, or undefined when it is not exactly what a stage wrote. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const { check, ...manifest } = JSON.parse(text) as Manifest;
    return digestOf(manifest) === check && hasSoundOutputs(manifest.outputs) ? { ...manifest, check } : undefined;
  } catch {
    return undefined; // not JSON, or not an object
  }
}

/**
 * The checksum finds damage; it does not show who wrote a record. Names and digests become parts of paths where files are compared,
 * copied and removed.
 */
function hasSoundOutputs(outputs: unknown): boolean {
  return (
    isObject(outputs) &&
    Object.entries(outputs).every(
      ([output, artefact]) =>
        staysInside(output) &&
        isObject(artefact) &&
        isDigest(artefact['digest']) &&
        isObject(artefact['files']) &&
        Object.entries(artefact['files']).every(([file, digest]) => staysInside(file) && isDigest(digest)),
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

/** The part of a manifest that later stages depend on: neither the seconds it took nor the machine. */
export function outputsDigest(manifest: Pick<Manifest, 'outputs' | 'facts'>): string {
  const outputs = Object.entries(manifest.outputs).map(([name, { digest }]) => [name, digest]);
  return digestOf({ outputs: outputs.sort(), facts: manifest.facts });
}

/** sha256 of a value, whatever the order of its keys. */
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
