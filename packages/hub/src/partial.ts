import { leftoversOf, temporaryBeside } from '@geneformer-ts/core/node';
import { open, rename, stat } from 'node:fs/promises';

/** Partial files that running downloads of this thread write to. */
const mine = new Set<string>();
/** Partial files that downloads of this thread left when they failed. */
const released = new Map<string, Set<string>>();

/**
 * Creates or takes over a partial file of `target` and holds it until `releasePartial`. Each partial file belongs to one
 * download. A file whose owner has ended is taken over by renaming it, which succeeds for one download only.
 */
export async function claimPartial(target: string, { resume }: { resume: boolean }): Promise<string> {
  const own = temporaryBeside(target, 'part');
  mine.add(own);
  for (const candidate of resume ? await abandoned(target) : []) {
    const taken = await rename(candidate, own).then(
      () => true,
      () => false,
    );
    if (taken) return own;
  }
  await (await open(own, 'w')).close();
  return own;
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
  const sized = await Promise.all(
    [...paths]
      .filter((path) => !mine.has(path))
      .map(async (path) => ({ path, size: (await stat(path).catch(() => null))?.size ?? 0 })),
  );
  return sized.sort((a, b) => b.size - a.size).map(({ path }) => path);
}
