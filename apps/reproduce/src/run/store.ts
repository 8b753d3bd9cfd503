/**
 * A content-addressed store outside the repository: every output of a stage is kept once, under the digest of its bytes.
 *
 * ```
 * objects/<digest>/…     an output: one file or a folder of files, read-only
 * stages/<key>.json      the manifest of the stage with that key
 * work/<key>/…           the scratch folder of a running stage; kept after a kill, so that the stage can resume
 * checked/<digest>.json  the version and the digest of each file of an object when it was last read
 * ```
 *
 * Its content is always verified: records have a checksum, and `damages` compares every file of an output with its digest.
 */
import { cacheFolder, createFolder, sha256File } from '@geneformer-ts/core/node';
import { createHash } from 'node:crypto';
import { chmod, lstat, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DigestMemo } from './digest-memo.js';
import { formatManifest, parseManifest, type Manifest } from './manifest.js';
import { readRecord, writeRecord } from './read-record.js';

export interface Artifact {
  /** sha256 over the names and digests of the files. */
  digest: string;
  bytes: number;
  /** Map from path inside the artifact to sha256. */
  files: Record<string, string>;
}

/** A file of an output that differs from the manifest. */
export interface Damage {
  /** Path inside the artifact. */
  file: string;
  state: 'missing' | 'damaged' | 'foreign';
}

export class Store {
  constructor(readonly root: string = cacheFolder()) {}

  path(digest: string): string {
    return path.join(this.root, 'objects', digest);
  }

  workDirectory(key: string): string {
    return path.join(this.root, 'work', key);
  }

  stageFile(key: string): string {
    return path.join(this.root, 'stages', `${key}.json`);
  }

  /** Reads the manifest of the stage with this key; returns `damaged` where it is not as written. */
  async readStage(key: string): Promise<Manifest | 'damaged' | undefined> {
    const text = await readRecord(this.stageFile(key));
    if (text === undefined) return undefined;
    const manifest = parseManifest(text);
    return manifest?.key === key ? manifest : 'damaged';
  }

  async writeStage(manifest: Manifest): Promise<void> {
    await writeRecord(this.stageFile(manifest.key), formatManifest(manifest));
  }

  /**
   * Compares every file of an output with its digest. A file that has not changed since the last comparison is not read again.
   * A file that is not part of the output is removed and reported, because readers of the folder would find it.
   */
  async damages(artifact: Artifact): Promise<Damage[]> {
    const folder = this.path(artifact.digest);
    const memo = await DigestMemo.open(path.join(this.root, 'checked', `${artifact.digest}.json`));
    const found: Damage[] = [];
    for (const file of await namesBelow(folder)) {
      if (Object.hasOwn(artifact.files, file)) continue;
      await rm(path.join(folder, file), { recursive: true, force: true });
      found.push({ file, state: 'foreign' });
    }
    for (const [file, expected] of Object.entries(artifact.files)) {
      const actual = await memo.digest(path.join(folder, file), file);
      if (actual !== expected) found.push({ file, state: actual === undefined ? 'missing' : 'damaged' });
    }
    await memo.save();
    return found;
  }

  /**
   * Moves a finished file or folder into the store and makes its files read-only. If the output is already there, missing or damaged
   * files are replaced one by one, each atomically, so that another process can read the others in the meantime.
   */
  async adopt(output: string): Promise<Artifact> {
    const artifact = await describe(output);
    const target = this.path(artifact.digest);
    const isFolder = (await stat(output)).isDirectory();
    const base = isFolder ? output : path.dirname(output);
    for (const file of Object.keys(artifact.files)) await chmod(path.join(base, file), 0o444);
    if ((await stateOf(target)) === 'file') await rm(target, { force: true });
    if (isFolder && (await moveFolder(output, target))) return artifact;
    for (const { file, state } of await this.damages(artifact)) {
      if (state === 'foreign') continue;
      const place = path.join(target, file);
      if ((await stateOf(place)) === 'folder') await rm(place, { recursive: true, force: true });
      createFolder(path.dirname(place));
      await rename(path.join(base, file), place);
    }
    await rm(output, { recursive: true, force: true });
    return artifact;
  }
}

/** Moves a folder; returns false where the target already exists, perhaps created by another process. */
async function moveFolder(output: string, target: string): Promise<boolean> {
  createFolder(path.dirname(target));
  try {
    await rename(output, target);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Computes the digests of the files of an output. */
async function describe(output: string): Promise<Artifact> {
  const isFolder = (await stat(output)).isDirectory();
  const names = isFolder ? await filesBelow(output) : [path.basename(output)];
  const base = isFolder ? output : path.dirname(output);
  const files: Record<string, string> = {};
  let bytes = 0;
  for (const name of names) {
    const file = path.join(base, name);
    files[name] = await sha256File(file);
    bytes += (await stat(file)).size;
  }
  const digest = createHash('sha256')
    .update(names.map((name) => `${files[name]}  ${name}\n`).join(''))
    .digest('hex');
  return { digest, bytes, files };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

/** Lists the files below a folder; empty when the folder does not exist. */
async function namesBelow(folder: string): Promise<string[]> {
  if ((await stateOf(folder)) !== 'folder') return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

async function stateOf(name: string): Promise<'file' | 'folder' | undefined> {
  const found = await lstat(name).catch(() => undefined);
  return found && (found.isDirectory() ? 'folder' : 'file');
}
