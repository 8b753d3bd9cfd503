/** Writes a task's manifest and copies figures and tables to the results folder. */
import { createFolder, removeLeftovers, sha256File, temporaryBeside } from '@geneformer-ts/core/node';
import { chmod, constants, copyFile, lstat, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DamagedCopyError } from '../errors.js';
import { formatManifest, parseManifest, type Manifest } from './manifest.js';
import { readRecord, writeRecord } from './read-record.js';
import type { Artifact, Store } from './store.js';

/** Returns the path of a stage's manifest: `results/<experiment>/<profile>/stages/<stage>/manifest.json`. */
function manifestFile(results: string, stage: string): string {
  return path.join(results, 'stages', stage, 'manifest.json');
}

/** Reads a task's manifest in the results; returns `damaged` where it is not as written. */
export async function readPublishedManifest(results: string, stage: string): Promise<Manifest | 'damaged' | undefined> {
  const file = manifestFile(results, stage);
  const text = await readRecord(file);
  if (text === undefined) return undefined;
  const manifest = parseManifest(text);
  return manifest?.stage === stage ? manifest : 'damaged';
}

/**
 * Writes published files that are missing or damaged, each atomically. Removes files that only an earlier run of the task
 * published; all other files stay.
 * @returns the names of what was written
 */
export async function publishResults(
  results: string,
  name: string,
  manifest: Manifest,
  store: Store,
): Promise<string[]> {
  const written: string[] = [];
  const earlier = await readPublishedManifest(results, name);
  if (typeof earlier === 'object')
    await removeStale(publishedOutputs(results, earlier), publishedOutputs(results, manifest));
  for (const copy of publishedOutputs(results, manifest)) {
    if (await isRight(copy)) continue;
    await copyOut(copy, store);
    written.push(copy.name);
  }
  if (typeof earlier === 'object' && earlier.check === manifest.check) return written;
  await writeRecord(manifestFile(results, name), formatManifest(manifest));
  return [...written, 'manifest.json'];
}

interface Copy {
  name: string;
  target: string;
  artifact: Artifact;
  /** Whether the output is a single file (its name has an extension) or a folder. */
  isFile: boolean;
}

function publishedOutputs(results: string, { outputs }: Manifest): Copy[] {
  const prefix = 'published/';
  return Object.entries(outputs)
    .filter(([output]) => output.startsWith(prefix))
    .map(([output, artifact]) => {
      const name = output.slice(prefix.length);
      return { name, target: path.join(results, name), artifact, isFile: path.extname(name) !== '' };
    });
}

async function isRight(copy: Copy): Promise<boolean> {
  for (const { target, digest } of filesOf(copy)) if (!(await isFileRight(target, digest))) return false;
  return true;
}

async function isFileRight(file: string, digest: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() === true && (await sha256File(file)) === digest;
}

/** Returns every file of a copy: its path in the artifact, and its target path. */
function filesOf({ target, artifact, isFile }: Copy): { file: string; target: string; digest: string }[] {
  return Object.entries(artifact.files).map(([file, digest]) => ({
    file,
    target: isFile ? target : path.join(target, file),
    digest,
  }));
}

async function copyOut(copy: Copy, store: Store): Promise<void> {
  const source = store.path(copy.artifact.digest);
  for (const { file, target, digest } of filesOf(copy)) {
    if (await isFileRight(target, digest)) continue;
    if (!copy.isFile && (await lstat(copy.target).catch(() => undefined))?.isDirectory() === false)
      await rm(copy.target);
    const incoming = temporaryBeside(target);
    createFolder(path.dirname(target));
    await removeLeftovers(target);
    try {
      await copyFile(path.join(source, file), incoming, constants.COPYFILE_EXCL);
      await chmod(incoming, 0o644); // the copy belongs to the user
      if (!(await isFileRight(incoming, digest))) throw new DamagedCopyError(target, source);
      if ((await lstat(target).catch(() => undefined))?.isDirectory()) await rm(target, { recursive: true });
      await rename(incoming, target);
    } finally {
      await rm(incoming, { force: true });
    }
  }
}

async function removeStale(earlier: readonly Copy[], now: readonly Copy[]): Promise<void> {
  const wanted = new Set(now.flatMap(filesOf).map(({ target }) => target));
  for (const { target, digest } of earlier.flatMap(filesOf)) {
    if (!wanted.has(target) && (await isFileRight(target, digest))) await rm(target);
  }
}
