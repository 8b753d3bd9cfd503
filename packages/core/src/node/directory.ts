import { fileError } from './file-error.js';
import { FileAccessError, FileMissingError, ForeignFilesError } from '../file-errors.js';
import {
  basename,
  dirname,
  join,
  lstat,
  mkdir,
  process,
  readdir,
  realpath,
  relative,
  rename,
  rm,
  rmdir,
  sep,
  stat,
  unlink,
} from '#system';
import { syncFolder } from './atomic.js';
import { createFolder } from './create-folder.js';
import { folderTarget, takeMode } from './target.js';
import { removeLeftovers, temporaryBeside } from './temporary.js';

/** Kind of a folder: the files that a folder may contain to be replaced by a new one of the same kind. */
export interface FolderKind {
  /** Name of the kind for messages, such as `a dataset`. */
  name: string;
  /** Returns whether a file of this name is part of such a folder. */
  owns: (file: string) => boolean;
  /** Whether such a folder has folders; then `owns` gets the paths of files inside it, with slashes. Default false. */
  hasFolders?: boolean;
  /** Returns whether a folder with only such files is of this kind; default: the names decide. */
  recognizes?: (dir: string) => Promise<boolean>;
}

/** Owns nothing: only an absent or empty folder is replaced. */
const NO_KIND: FolderKind = { name: 'that is being written', owns: () => false };

/**
 * Returns the path of the folder that `dir` names, links followed, after checking that it may be replaced: it is absent,
 * empty, or holds nothing but files of `kind`.
 *
 * @throws ForeignFilesError listing other files; FileAccessError for a file, the current folder or a mount point
 */
export async function replaceableDirectory(dir: string, kind: FolderKind = NO_KIND): Promise<string> {
  const target = await folderTarget(dir);
  const info = await stat(target).catch(() => null);
  if (info === null) return target;
  const foreign = await foreignFiles(target, kind);
  if (foreign.length) throw new ForeignFilesError(dir, foreign, kind.name);
  const remedy = 'name a folder inside it';
  if ((await realpath(target)) === (await realpath(process.cwd()))) {
    throw new FileAccessError(dir, `is the current folder, which cannot be replaced; ${remedy}`);
  }
  if (target === dirname(target) || (await stat(dirname(target))).dev !== info.dev) {
    throw new FileAccessError(dir, `is a mount point, which cannot be replaced; ${remedy}`);
  }
  return target;
}

/**
 * Moves the finished folder `tmpDir` to `finalDir` (same file system). An earlier folder is set aside first and removed after
 * the move, so one whole version exists on disk at every moment. A link is followed, and the mode of an earlier folder kept.
 *
 * @param kind - the files that an earlier folder may hold; without it, only an empty folder is replaced
 * @throws ForeignFilesError when `finalDir` holds other files, which stay as they are; FileAccessError
 */
export async function replaceDirectory(tmpDir: string, finalDir: string, kind: FolderKind = NO_KIND): Promise<void> {
  const target = await replaceableDirectory(finalDir, kind);
  const aside = temporaryBeside(target, 'earlier');
  try {
    if (!(await stat(tmpDir).catch(() => null))) throw new FileMissingError(tmpDir, 'write the folder first');
    await takeMode(tmpDir, target);
    const earlier = await rename(target, aside).then(
      () => true,
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return false;
        throw cause;
      },
    );
    try {
      // Checked again, because no other process can now add files under its name.
      const foreign = earlier ? await foreignFiles(aside, kind) : [];
      if (foreign.length) throw new ForeignFilesError(finalDir, foreign, kind.name);
      await rename(tmpDir, target);
    } catch (cause) {
      if (earlier) await rename(aside, target);
      throw cause;
    }
    if (earlier) await removeOwned(aside, kind);
    // Removes folders of a process that was killed between the two moves. Until now one of them may have been the only
    // complete version.
    await removeLeftovers(target, 'earlier');
  } catch (cause) {
    throw fileError(finalDir, cause);
  }
  await syncFolder(dirname(target));
}

/**
 * Fills a temporary folder beside `dir` and moves it to `dir` at the end. Removes it on failure.
 *
 * @throws as `replaceDirectory`, for what can be known in advance before `fill` is called
 */
export async function writeDirectory(
  dir: string,
  fill: (temporary: string) => Promise<void>,
  kind: FolderKind = NO_KIND,
): Promise<void> {
  const target = await replaceableDirectory(dir, kind);
  const temporary = await temporaryFolder(target).catch((cause: unknown) => {
    throw fileError(dir, cause);
  });
  try {
    await fill(temporary);
    await replaceDirectory(temporary, target, kind);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    throw fileError(dir, cause);
  }
}

/**
 * Writes files into a folder and leaves its other files alone. `fill` makes them in a temporary folder inside `dir`; then
 * each is renamed into place. The file `last`, without which the others are not read, is removed first and renamed last, so
 * that a killed run leaves no mixture of old and new files that could be read.
 *
 * @param stale - whether an earlier file of this name has to go, because it would be read instead of the new ones
 * @throws FileAccessError when `dir` is not a folder, or one of the names belongs to a link, a folder, a pipe or a device
 */
export async function writeIntoDirectory(
  dir: string,
  fill: (temporary: string) => Promise<void>,
  { last, stale }: { last: string; stale: (file: string) => boolean },
): Promise<void> {
  const target = await folderTarget(dir);
  const created = await stat(target).then(
    () => false,
    () => true,
  );
  const temporary = await temporaryFolder(join(target, last)).catch((cause: unknown) => {
    throw fileError(dir, cause);
  });
  try {
    await fill(temporary);
    const files = await readdir(temporary);
    for (const file of files) await refuseSpecial(join(target, file), join(dir, file));
    for (const file of files) await takeMode(join(temporary, file), join(target, file));
    await rm(join(target, last), { force: true });
    for (const file of files) if (file !== last) await rename(join(temporary, file), join(target, file));
    for (const entry of await readdir(target, { withFileTypes: true })) {
      const isStale = stale(entry.name) && !files.includes(entry.name);
      if (isStale && (entry.isFile() || entry.isSymbolicLink())) await unlink(join(target, entry.name));
    }
    await rename(join(temporary, last), join(target, last));
    await rmdir(temporary);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    if (created) await rmdir(target).catch(() => undefined);
    throw fileError(dir, cause);
  }
  await syncFolder(target);
}

/** Creates an empty temporary folder for `target`, after removing those of killed runs. */
export async function temporaryFolder(target: string): Promise<string> {
  const folder = temporaryBeside(target);
  createFolder(dirname(folder));
  await removeLeftovers(target);
  // An existing folder is from a killed process with the same pid.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  return folder;
}

/** Removes the files of `kind` from `dir`, then `dir` itself if that leaves it empty. */
export async function removeOwned(dir: string, kind: FolderKind): Promise<void> {
  const entries = await entriesOf(dir, kind);
  for (const { path, isFile } of entries) if (isFile && kind.owns(path)) await unlink(join(dir, path));
  // Folders come before what is in them.
  const folders = kind.hasFolders === true ? entries.filter(({ isFolder }) => isFolder).reverse() : [];
  for (const folder of [...folders.map(({ path }) => join(dir, path)), dir]) {
    await rmdir(folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOTEMPTY' && cause.code !== 'EEXIST') throw cause;
    });
  }
}

/** Lists what a folder holds, and for a kind with folders also what those hold. Folders come before what is in them. */
async function entriesOf(
  dir: string,
  { hasFolders = false }: FolderKind,
): Promise<{ path: string; isFile: boolean; isFolder: boolean }[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: hasFolders });
  return entries
    .map((entry) => ({
      path: relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'),
      isFile: entry.isFile(),
      isFolder: entry.isDirectory(),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function foreignFiles(dir: string, kind: FolderKind): Promise<string[]> {
  const entries = (await entriesOf(dir, kind)).filter(({ isFolder }) => !(isFolder && kind.hasFolders === true));
  const foreign = entries.filter(({ path, isFile }) => !isFile || !kind.owns(path));
  if (foreign.length === 0 && entries.length > 0 && kind.recognizes && !(await kind.recognizes(dir))) {
    return entries.map(({ path }) => path);
  }
  return foreign.map(({ path }) => path);
}

/** A link is refused too: in a download cache it leads to a file that other folders share. */
async function refuseSpecial(target: string, path: string): Promise<void> {
  const info = await lstat(target).catch(() => null);
  if (info === null || info.isFile()) return;
  const what = info.isSymbolicLink() ? 'a link' : info.isDirectory() ? 'a folder' : 'not a regular file';
  throw new FileAccessError(path, `is ${what}; remove ${basename(path)} or name another folder`);
}
