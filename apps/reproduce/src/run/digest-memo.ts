/**
 * Remembers the sha256 of files between runs. An entry stands for one version of a file: device, inode, size and the times of its last change
 * to the nanosecond. A write changes at least the ctime, which no program can set, so an entry of another version is never used.
 */
import { sha256File } from '@geneformer-ts/core/node';
import { lstat, stat } from 'node:fs/promises';
import { readRecord, writeRecord } from './read-record.js';

/** Version of the file → sha256. */
type Entry = readonly [version: string, sha256: string];

/** A file changed this recently may change again within the same tick of the file system's clock, so it is not remembered. */
const SETTLED_MS = 2000;

export class DigestMemo {
  private changed = false;

  private constructor(
    private readonly file: string,
    private readonly entries: Map<string, Entry>,
    private readonly look: typeof lstat,
  ) {}

  /**
   * @param file where the entries are kept; what cannot be read there is forgotten
   * @param options `followLinks`: whether a link stands for the file that it names. Default false: it is not a file
   */
  static async open(file: string, { followLinks = false } = {}): Promise<DigestMemo> {
    const text = (await readRecord(file)) ?? '{}';
    return new DigestMemo(file, parseEntries(text), followLinks ? stat : lstat);
  }

  /**
   * Returns the sha256 of a file, read only where its version is new.
   * @param name the entry; the same name must always stand for the same path
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

  /** Keeps new entries. A memo that cannot be written costs time in the next run and nothing else. */
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
