import { leftoversOf, temporaryBeside } from '@geneformer-ts/core/node';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';

/** A partial file that one download writes to. */
export interface PartialFile {
  path: string;
  file: FileHandle;
}

/** Partial files that running downloads of this thread write to. */
const mine = new Set<string>();
/** Partial files that downloads of this thread left when they failed. */
const released = new Map<string, Set<string>>();

/** Refuses links, because their targets are other files. Windows has no such flag. */
const UPDATE = constants.O_RDWR | ((constants.O_NOFOLLOW as number | undefined) ?? 0);

/**
 * Creates or takes over a partial file of `target` and holds it until `releasePartial`. Each partial file belongs to one
 * download. A file whose owner has ended is taken over by renaming it, which succeeds for one download only. Links are
 * left alone.
 */
export async function claimPartial(target: string, { resume }: { resume: boolean }): Promise<PartialFile> {
  const path = temporaryBeside(target, 'part');
  mine.add(path);
  for (const candidate of resume ? await abandoned(target) : []) {
    const taken = await rename(candidate, path).then(
      () => true,
      () => false,
    );
    if (!taken) continue;
    const file = await open(path, UPDATE).catch(() => undefined);
    // The name may have become a link since it was listed.
    if (file && isOwn(await file.stat())) return { path, file };
    await file?.close();
    await rm(path, { force: true });
  }
  return { path, file: await open(path, 'wx+') };
}

/** Releases the partial file for the next download of the same target. */
export function releasePartial(target: string, path: string): void {
  mine.delete(path);
  released.set(target, (released.get(target) ?? new Set()).add(path));
}

/** Returns the partial files of `target` that no download writes to, the longest first. */
async function abandoned(target: string): Promise<string[]> {
  const paths = new Set([...(released.get(target) ?? []), ...(await leftoversOf(target, 'part'))]);
  released.delete(target);
  const found: { path: string; size: number }[] = [];
  for (const path of paths) {
    const info = mine.has(path) ? null : await lstat(path).catch(() => null);
    if (info && isOwn(info)) found.push({ path, size: info.size });
  }
  return found.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

/** Returns whether a file is a regular one without another name: writing to it changes nothing else. */
function isOwn(info: Stats): boolean {
  return info.isFile() && info.nlink === 1;
}
