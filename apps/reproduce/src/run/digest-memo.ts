/**
 * Caches the sha256 of files between runs. An entry belongs to one version of a file: device, inode, size and change times in nanoseconds.
 * A write changes at least the ctime, which no program can set, so an entry of another version is never used.
 */
import { createHash } from 'node:crypto';
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { sha256File } from '@geneformer-ts/core/node';
import { readRecord, writeRecord } from './read-record.js';
import type { Store } from './store.js';

/** The version of a file and its sha256. */
type Entry = readonly [version: string, sha256: string];

/** A file changed this recently is not cached, because it may change again within the same tick of the file system's clock. */
const SETTLED_MS = 2000;

export class DigestMemo {
  private changed = false;

  private constructor(
    private readonly file: string,
    private readonly entries: Map<string, Entry>,
    private readonly look: typeof lstat,
  ) {}

  /**
   * Opens a memo.
   * @param file the file with the entries; unreadable entries are dropped
   * @param options `followLinks`: whether to follow symbolic links. Default false: a link is not a regular file
   */
  static async open(file: string, { followLinks = false } = {}): Promise<DigestMemo> {
    const text = (await readRecord(file)) ?? '{}';
    return new DigestMemo(file, parseEntries(text), followLinks ? stat : lstat);
  }

  /**
   * Returns the sha256 of a file; reads the file only when its version is new.
   * @param name the name of the entry; the same name must always be used for the same path
   * @returns undefined when the path is not a regular file
   */
  async digest(path: string, name: string): Promise<string | undefined> {
    const before = await versionOf(path, this.look);
    if (before === undefined) return undefined;
    const [version, known] = this.entries.get(name) ?? [];
    if (version === before.version) return known;
    const sha256 = await sha256File(path);
    const after = await versionOf(path, this.look);
    if (after?.version === before.version && Date.now() - before.changedMs > SETTLED_MS) {
      this.entries.set(name, [before.version, sha256]);
      this.changed = true;
    }
    return sha256;
  }

  /** Writes new entries. A memo that cannot be written only makes the next run slower. */
  async save(): Promise<void> {
    if (!this.changed) return;
    await writeRecord(this.file, JSON.stringify(Object.fromEntries(this.entries))).catch(() => undefined);
    this.changed = false;
  }
}

async function versionOf(
  path: string,
  look: typeof lstat,
): Promise<{ version: string; changedMs: number } | undefined> {
  try {
    const found = await look(path, { bigint: true });
    if (!found.isFile()) return undefined;
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    const changed = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
    return { version: [dev, ino, size, mtimeNs, ctimeNs].join(':'), changedMs: Number(changed / 1_000_000n) };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function parseEntries(text: string): Map<string, Entry> {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return new Map(entries.filter((entry): entry is [string, Entry] => isEntry(entry[1])));
  } catch {
    return new Map();
  }
}

function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

/**
 * Returns the sha256 of every file, null where the file is missing. A folder is replaced by the files directly inside it.
 * @param files map from the name in the experiment file to the full path
 */
export async function userFileDigests(
  files: Readonly<Record<string, string>>,
  store: Store,
): Promise<Record<string, string | null>> {
  const digests: Record<string, string | null> = {};
  for (const [name, full] of Object.entries(files)) {
    const inside = await readdir(full).catch(() => undefined);
    if (inside === undefined) digests[name] = await digestOne(full, store);
    else for (const file of inside.sort()) digests[`${name}/${file}`] = await digestOne(path.join(full, file), store);
  }
  return digests;
}

async function digestOne(full: string, store: Store): Promise<string | null> {
  const entry = createHash('sha256').update(full).digest('hex');
  const memo = await DigestMemo.open(path.join(store.root, 'checked', 'files', `${entry}.json`), { followLinks: true });
  const sha256 = await memo.digest(full, full);
  await memo.save();
  return sha256 ?? null;
}
