/** Leaves the manifest where Nx keeps it, and the figures and tables where a person looks for them. */
import { sha256File } from '@geneformer-ts/core/node';
import { chmod, copyFile, lstat, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DamagedCopyError } from '../errors.js';
import { formatManifest, outputsDigest, parseManifest, type Manifest } from './manifest.js';
import { readRecord, writeRecord } from './read-record.js';
import type { Artefact, Store } from './store.js';

/** Where a stage leaves its manifest: `results/<experiment>/<profile>/stages/<stage>`. */
function manifestFile(results: string, stage: string): string {
  return path.join(results, 'stages', stage, 'manifest.json');
}

/** Returns the manifest that a stage left in the results; `damaged` where it, or the digest of its outputs beside it, is not as written. */
export async function readPublishedManifest(results: string, stage: string): Promise<Manifest | 'damaged' | undefined> {
  const file = manifestFile(results, stage);
  const text = await readRecord(file);
  if (text === undefined) return undefined;
  const manifest = parseManifest(text);
  if (manifest?.stage !== stage) return 'damaged';
  return (await readRecord(outputsFile(file))) === formatOutputs(manifest) ? manifest : 'damaged';
}

/** Names of published files and folders that are not what the manifest says. */
export async function damagedCopies(results: string, manifest: Manifest): Promise<string[]> {
  const damaged: string[] = [];
  for (const copy of publishedOutputs(results, manifest)) {
    if (!(await isRight(copy))) damaged.push(copy.name);
  }
  return damaged;
}

/**
 * Writes what is not there yet or not as it should be; every file appears whole or not at all. Files that the stage published
 * before and no longer does are removed; files of others stay.
 */
export async function publishResults(results: string, name: string, manifest: Manifest, store: Store): Promise<void> {
  const earlier = await readPublishedManifest(results, name);
  if (typeof earlier === 'object')
    await removeStale(publishedOutputs(results, earlier), publishedOutputs(results, manifest));
  for (const copy of publishedOutputs(results, manifest)) {
    if (!(await isRight(copy))) await copyOut(copy, store);
  }
  const file = manifestFile(results, name);
  await writeRecord(file, formatManifest(manifest));
  await writeRecord(outputsFile(file), formatOutputs(manifest));
}

function outputsFile(manifest: string): string {
  return path.join(path.dirname(manifest), 'outputs.json');
}

function formatOutputs(manifest: Manifest): string {
  return JSON.stringify(outputsDigest(manifest)) + '\n';
}

interface Copy {
  name: string;
  target: string;
  artefact: Artefact;
  /** A name with an extension stands for the only file of its output, another for the folder. */
  isFile: boolean;
}

function publishedOutputs(results: string, { outputs }: Manifest): Copy[] {
  const prefix = 'published/';
  return Object.entries(outputs)
    .filter(([output]) => output.startsWith(prefix))
    .map(([output, artefact]) => {
      const name = output.slice(prefix.length);
      return { name, target: path.join(results, name), artefact, isFile: path.extname(name) !== '' };
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

/** Every file of a copy: where it lies in the artifact, and where it belongs. */
function filesOf({ target, artefact, isFile }: Copy): { file: string; target: string; digest: string }[] {
  return Object.entries(artefact.files).map(([file, digest]) => ({
    file,
    target: isFile ? target : path.join(target, file),
    digest,
  }));
}

async function copyOut(copy: Copy, store: Store): Promise<void> {
  const source = store.path(copy.artefact.digest);
  for (const { file, target, digest } of filesOf(copy)) {
    if (await isFileRight(target, digest)) continue;
    if (!copy.isFile && (await lstat(copy.target).catch(() => undefined))?.isDirectory() === false)
      await rm(copy.target);
    const incoming = `${target}.incoming-${process.pid}`;
    await mkdir(path.dirname(target), { recursive: true });
    try {
      await copyFile(path.join(source, file), incoming);
      await chmod(incoming, 0o644); // the copy is the person's own
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
