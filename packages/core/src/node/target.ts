import { ArgumentError } from '../errors.js';
import { fileError } from './file-error.js';
import { FileAccessError } from '../file-errors.js';
import { chmod, lstat, realpath, resolve, sep, stat, type Stats } from '#system';

/**
 * Returns the path that a file written as `path` gets. A link is followed, as it is by every program that opens the file for
 * writing, so that the link stays a link.
 *
 * @throws FileAccessError when `path` is a folder, a pipe, a device, a socket or a link to nothing; ArgumentError when it
 *   cannot be a path
 */
export async function fileTarget(path: string): Promise<string> {
  const { target, info } = await follow(path);
  if (path.endsWith('/') || path.endsWith(sep))
    throw new FileAccessError(path, 'ends like the name of a folder; name a file');
  if (info === null || info.isFile()) return target;
  const problem = info.isDirectory() ? 'is a folder; name a file' : `is ${kindOf(info)}; name a regular file`;
  throw new FileAccessError(path, problem);
}

/**
 * Returns the path of the folder that `dir` names, links followed. The folder need not exist.
 *
 * @throws FileAccessError when `dir` is not a folder, or is a link to nothing; ArgumentError when it cannot be a path
 */
export async function folderTarget(dir: string): Promise<string> {
  const { target, info } = await follow(dir);
  if (info === null || info.isDirectory()) return target;
  throw new FileAccessError(dir, `is ${kindOf(info)}; name a folder`);
}

/** Gives `path` the mode of `earlier`, which it is about to replace; a new file keeps the mode that the umask gave it. */
export async function takeMode(path: string, earlier: string): Promise<void> {
  const info = await stat(earlier).catch(() => null);
  if (info) await chmod(path, info.mode & 0o7777);
}

async function follow(path: string): Promise<{ target: string; info: Stats | null }> {
  if (path === '') throw new ArgumentError('path', 'is empty', "name a file or folder; '.' is the current folder");
  try {
    const whole = resolve(path);
    const own = await lstat(whole).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      throw cause;
    });
    if (!own?.isSymbolicLink()) return { target: whole, info: own };
    const target = await realpath(whole).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
      throw new FileAccessError(path, 'is a link to nothing; remove the link or create its target', { cause });
    });
    return { target, info: await stat(target) };
  } catch (cause) {
    throw fileError(path, cause);
  }
}

function kindOf(info: Stats): string {
  if (info.isFile()) return 'a file';
  if (info.isFIFO()) return 'a named pipe';
  if (info.isSocket()) return 'a socket';
  return 'a device';
}
