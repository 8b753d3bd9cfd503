/**
 * The content-addressed store: every output of a stage lives once, under the digest of its bytes, outside the repository.
 *
 * ```
 * objects/<digest>/…     an output: one file or a folder of files, read-only
 * stages/<key>.json      what the stage with that key produced
 * work/<key>/…           a stage under way; survives a kill, so that the stage can resume
 * checked/<digest>.json  which version of an object's files had which digest when they were last read
 * ```
 *
 * Nothing in it is believed: records carry a checksum, and `damages` compares every file of an output with its digest.
 */
import { cacheFolder, sha256File } from '@geneformer-ts/core/node';
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DigestMemo } from './digest-memo.js';
import { formatManifest, parseManifest, type Manifest } from './manifest.js';
import { readRecord, writeRecord } from './read-record.js';

export interface Artefact {
  /** sha256 over the names and digests of the files. */
  digest: string;
  bytes: number;
  /** Path inside the artefact → sha256. */
  files: Record<string, string>;
}

/** A file of an output that is not as its stage left it. */
export interface Damage {
  /** Path inside the artefact. */
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

  /** Returns what the stage with this key produced; `damaged` where the record is not what was written. */
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
   * Compares every file of an output with its digest. A file that has not changed since it was last compared is not read again.
   * A file that does not belong to the output is removed and reported, since readers of a folder would find it.
   */
  async damages(artefact: Artefact): Promise<Damage[]> {
    const folder = this.path(artefact.digest);
    const memo = await DigestMemo.open(path.join(this.root, 'checked', `${artefact.digest}.json`));
    const found: Damage[] = [];
    for (const file of await namesBelow(folder)) {
      if (Object.hasOwn(artefact.files, file)) continue;
      await rm(path.join(folder, file), { recursive: true, force: true });
      found.push({ file, state: 'foreign' });
    }
    for (const [file, expected] of Object.entries(artefact.files)) {
      const actual = await memo.digest(path.join(folder, file), file);
      if (actual !== expected) found.push({ file, state: actual === undefined ? 'missing' : 'damaged' });
    }
    await memo.save();
    return found;
  }

  /**
   * Moves a finished file or folder into the store and makes its files read-only. Of an output that is already there, files that are
   * missing or wrong are replaced one by one, each in one step, so that another process can read the others meanwhile.
   */
  async adopt(output: string): Promise<Artefact> {
    const artefact = await describe(output);
    const target = this.path(artefact.digest);
    const isFolder = (await stat(output)).isDirectory();
    const base = isFolder ? output : path.dirname(output);
    for (const file of Object.keys(artefact.files)) await chmod(path.join(base, file), 0o444);
    if ((await stateOf(target)) === 'file') await rm(target, { force: true });
    if (isFolder && (await moveFolder(output, target))) return artefact;
    for (const { file, state } of await this.damages(artefact)) {
      if (state === 'foreign') continue;
      const place = path.join(target, file);
      if ((await stateOf(place)) === 'folder') await rm(place, { recursive: true, force: true });
      await mkdir(path.dirname(place), { recursive: true });
      await rename(path.join(base, file), place);
    }
    await rm(output, { recursive: true, force: true });
    return artefact;
  }
}

/** Returns false where the output is already there, perhaps since a moment ago. */
async function moveFolder(output: string, target: string): Promise<boolean> {
  await mkdir(path.dirname(target), { recursive: true });
  try {
    await rename(output, target);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Digests of the files of an output, wherever it lies. */
async function describe(output: string): Promise<Artefact> {
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
