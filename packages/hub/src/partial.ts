import { leftoversOf, temporaryBeside } from '@geneformer-ts/core/node';
import { open, rename, stat } from 'node:fs/promises';

/** Partial files that downloads of this thread write to at the moment. */
const mine = new Set<string>();
/** Partial files that downloads of this thread left when they failed. */
const released = new Map<string, Set<string>>();

/**
 * Makes or takes over a partial file of `target` and holds it until `releasePartial`. Each belongs to one download, so no two
 * write to the same one; a download that finds one whose owner is gone takes it over by renaming it, which only one can do.
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

/** Leaves the partial file to the next download of the same target. */
export function releasePartial(target: string, path: string): void {
  mine.delete(path);
  released.set(target, (released.get(target) ?? new Set()).add(path));
}

/** Partial files of `target` that nobody writes to, the longest first. */
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
