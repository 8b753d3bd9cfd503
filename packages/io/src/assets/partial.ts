import { open, readdir, rename, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * Files half fetched. Each belongs to one download of one process, whose name it bears, so no two ever write to the same one;
 * a download that finds one whose owner is gone takes it over by renaming it, which only one of several can do.
 */
const mine = new Set<string>();
let serial = 0;
const host = hostname().replace(/[^\w]/g, '_');

/** Makes or takes over a partial file of `target` and holds it until `releasePartial`. */
export async function claimPartial(target: string, { resume }: { resume: boolean }): Promise<string> {
  const own = join(dirname(target), `.${basename(target)}.${host}-${process.pid}-${serial++}.part`);
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

/** Leaves the partial file to whoever comes next. */
export function releasePartial(path: string): void {
  mine.delete(path);
}

/** Partial files of `target` that nobody writes to, the longest first. */
async function abandoned(target: string): Promise<string[]> {
  const folder = dirname(target);
  const prefix = `.${basename(target)}.${host}-`;
  const paths = (await readdir(folder))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.part'))
    .filter((name) => {
      const pid = Number(name.slice(prefix.length).split('-', 1)[0]);
      return pid === process.pid ? !mine.has(join(folder, name)) : !isRunning(pid);
    })
    .map((name) => join(folder, name));
  const sized = await Promise.all(
    paths.map(async (path) => ({ path, size: (await stat(path).catch(() => null))?.size ?? 0 })),
  );
  return sized.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
