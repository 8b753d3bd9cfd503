/**
 * The content-addressed store: every output of a stage lives once, under the digest of its bytes, outside the repository.
 *
 * ```
 * <root>/objects/<digest>/…   an output: one file or a folder of files
 * <root>/stages/<key>.json    what the stage with that key produced
 * <root>/work/<key>/…         a stage under way; survives a kill, so that the stage can resume
 * ```
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { sha256File, writeFileAtomic } from '@geneformer-ts/io';

export interface Artefact {
  /** sha256 over the names and digests of the files. */
  digest: string;
  bytes: number;
  /** Path inside the artefact → sha256. */
  files: Record<string, string>;
}

export class Store {
  constructor(readonly root: string = defaultRoot()) {}

  path(digest: string): string {
    return path.join(this.root, 'objects', digest);
  }

  has(digest: string): boolean {
    return existsSync(this.path(digest));
  }

  workDirectory(key: string): string {
    return path.join(this.root, 'work', key);
  }

  async readStage<T>(key: string): Promise<T | undefined> {
    const file = this.stageFile(key);
    return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as T) : undefined;
  }

  async writeStage(key: string, manifest: unknown): Promise<void> {
    await mkdir(path.dirname(this.stageFile(key)), { recursive: true });
    await writeFileAtomic(this.stageFile(key), JSON.stringify(manifest, null, 2) + '\n');
  }

  /** Moves a finished file or folder into the store; what is already there is left as it is. */
  async adopt(output: string): Promise<Artefact> {
    const artefact = await describe(output);
    const target = this.path(artefact.digest);
    if (existsSync(target)) {
      await rm(output, { recursive: true, force: true });
      return artefact;
    }
    await mkdir(path.dirname(target), { recursive: true });
    if ((await stat(output)).isDirectory()) {
      await rename(output, target);
    } else {
      const folder = `${target}.incoming-${process.pid}`;
      await mkdir(folder, { recursive: true });
      await rename(output, path.join(folder, path.basename(output)));
      await rename(folder, target);
    }
    return artefact;
  }

  private stageFile(key: string): string {
    return path.join(this.root, 'stages', `${key}.json`);
  }
}

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

function defaultRoot(): string {
  const { GENEFORMER_CACHE, XDG_CACHE_HOME } = process.env;
  return path.resolve(GENEFORMER_CACHE ?? path.join(XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'geneformer-ts'));
}
