/** Leaves the manifest where Nx keeps it, and the figures and tables where a person looks for them. */
import { chmod, cp, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceDirectory, sha256File, writeFileAtomic } from '@geneformer-ts/io';
import { DamagedCopyError } from '../errors.js';
import { formatManifest, outputsDigest, parseManifest, type Manifest } from './manifest.js';
import { describe, type Artefact, type Store } from './store.js';

/** Where a stage leaves its manifest: `results/<experiment>/<profile>/stages/<stage>`. */
export function manifestFile(results: string, stage: string): string {
  return path.join(results, 'stages', stage, 'manifest.json');
}

/** Returns the manifest that a stage left in the results; `damaged` where it, or the digest of its outputs beside it, is not as written. */
export async function readPublishedManifest(results: string, stage: string): Promise<Manifest | 'damaged' | undefined> {
  const file = manifestFile(results, stage);
  try {
    const manifest = parseManifest(await readFile(file, 'utf8'));
    if (manifest?.stage !== stage) return 'damaged';
    const outputs = await readFile(outputsFile(file), 'utf8').catch(() => '');
    return outputs === formatOutputs(manifest) ? manifest : 'damaged';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'damaged';
  }
}

/** Names of published files and folders that are not what the manifest says. */
export async function damagedCopies(results: string, manifest: Manifest): Promise<string[]> {
  const damaged: string[] = [];
  for (const copy of publishedOutputs(results, manifest)) {
    if (!(await isRight(copy))) damaged.push(copy.name);
  }
  return damaged;
}

/** Writes what is not there yet or not as it should be; every file and folder appears whole or not at all. */
export async function publishResults(results: string, name: string, manifest: Manifest, store: Store): Promise<void> {
  for (const copy of publishedOutputs(results, manifest)) {
    if (!(await isRight(copy))) await copyOut(copy, store);
  }
  const file = manifestFile(results, name);
  for (const [written, text] of [
    [file, formatManifest(manifest)],
    [outputsFile(file), formatOutputs(manifest)],
  ] as const) {
    if ((await lstat(written).catch(() => undefined))?.isDirectory()) await rm(written, { recursive: true });
    await writeFileAtomic(written, text);
  }
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

async function isRight({ target, artefact, isFile }: Copy): Promise<boolean> {
  const found = await lstat(target).catch(() => undefined);
  if (isFile) return found?.isFile() === true && (await sha256File(target)) === Object.values(artefact.files)[0];
  return found?.isDirectory() === true && (await describe(target)).digest === artefact.digest;
}

async function copyOut(copy: Copy, store: Store): Promise<void> {
  const { target, artefact, isFile } = copy;
  const source = store.path(artefact.digest);
  const [only = ''] = Object.keys(artefact.files);
  const incoming = `${target}.incoming-${process.pid}`;
  await mkdir(path.dirname(target), { recursive: true });
  try {
    await cp(isFile ? path.join(source, only) : source, incoming, { recursive: true });
    for (const file of Object.keys(artefact.files)) {
      await chmod(isFile ? incoming : path.join(incoming, file), 0o644); // the copy is the person's own
    }
    if (!(await isRight({ ...copy, target: incoming }))) throw new DamagedCopyError(target, source);
    const isFolder = (await lstat(target).catch(() => undefined))?.isDirectory();
    if (isFolder !== undefined && isFolder === isFile) await rm(target, { recursive: true, force: true });
    if (isFile) await rename(incoming, target);
    else await replaceDirectory(incoming, target);
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}
