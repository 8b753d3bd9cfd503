import { ArgumentError } from '../errors.js';
import { FileAccessError, FileMissingError, ForeignFilesError } from '../file-errors.js';
import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readdir, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { scratch } from '../testing/folder.js';
import { replaceDirectory, writeDirectory, writeIntoDirectory, type FolderKind } from './directory.js';
import { temporaryBeside } from './temporary.js';

const at = scratch();
const versions: FolderKind = { name: 'a set of versions', owns: (file) => /^version-\d+$/.test(file) };

/** Fills a folder with one file. */
const holding =
  (name: string, text = name) =>
  (dir: string): Promise<void> =>
    writeFile(join(dir, name), text);

async function folderWith(dir: string, ...names: string[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const name of names) await writeFile(join(dir, name), name);
}

async function inFolder<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(dir);
  try {
    return await work();
  } finally {
    process.chdir(before);
  }
}

describe('replaceDirectory', () => {
  test('moves a folder into place and removes the one of the same kind before it', async () => {
    for (const version of ['1', '2']) {
      await folderWith(at(`d/tmp${version}`), `version-${version}`);
      await replaceDirectory(at(`d/tmp${version}`), at('d/final'), versions);
    }
    expect(await readdir(at('d'))).toEqual(['final']);
    expect(await readdir(at('d/final'))).toEqual(['version-2']);
  });

  test('leaves the earlier folder when there is nothing to move', async () => {
    await folderWith(at('e/final'), 'version-1');
    await expect(replaceDirectory(at('e/none'), at('e/final'), versions)).rejects.toThrow(FileMissingError);
    expect(await readdir(at('e'))).toEqual(['final']);
    expect(await readdir(at('e/final'))).toEqual(['version-1']);
  });

  test('replaces a folder of folders only if each file in it is of the kind', async () => {
    const tree: FolderKind = { name: 'a tree', owns: (path) => path.endsWith('a/version-1'), hasFolders: true };
    for (const name of ['tmp1', 'tmp2', 'tmp3']) await folderWith(at(`g/${name}/deep/a`), 'version-1');
    await replaceDirectory(at('g/tmp1'), at('g/final'), tree);
    await replaceDirectory(at('g/tmp2'), at('g/final'), tree);
    expect((await readdir(at('g/final'), { recursive: true })).sort()).toEqual(['deep', 'deep/a', 'deep/a/version-1']);
    await folderWith(at('g/final/deep'), 'notes.txt');
    await expect(replaceDirectory(at('g/tmp3'), at('g/final'), tree)).rejects.toThrow(/a tree: deep\/notes.txt; name/);
    await expect(replaceDirectory(at('g/tmp3'), at('g/final'), versions)).rejects.toThrow(ForeignFilesError);
    expect((await readdir(at('g'))).sort()).toEqual(['final', 'tmp3']);
  });

  test('replaces only an empty folder when no kind is given', async () => {
    await folderWith(at('f/tmp'), 'new');
    await folderWith(at('f/final'), 'notes.txt');
    await expect(replaceDirectory(at('f/tmp'), at('f/final'))).rejects.toThrow(ForeignFilesError);
    expect(await readdir(at('f/final'))).toEqual(['notes.txt']);
  });
});

describe('writeDirectory', () => {
  test('refuses a folder with other files, lists them, and removes nothing', async () => {
    await folderWith(at('other/out'), 'version-1', 'thesis.docx', 'cells.h5ad');
    await mkdir(at('other/out/more'));
    let filled = false;
    const writing = writeDirectory(at('other/out'), async () => void (filled = true), versions);
    await expect(writing).rejects.toThrow(ForeignFilesError);
    await expect(writing).rejects.toThrow(
      /other\/out: holds files that are not part of a set of versions: cells.h5ad, more, thesis.docx; name another folder/,
    );
    expect(filled).toBe(false);
    expect((await readdir(at('other/out'))).sort()).toEqual(['cells.h5ad', 'more', 'thesis.docx', 'version-1']);
    expect(await readdir(at('other'))).toEqual(['out']);
  });

  test('refuses files that appeared while it was filled', async () => {
    await mkdir(at('late/out'), { recursive: true });
    const writing = writeDirectory(at('late/out'), () => folderWith(at('late/out'), 'thesis.docx'), versions);
    await expect(writing).rejects.toThrow(ForeignFilesError);
    expect(await readdir(at('late'))).toEqual(['out']);
    expect(await readdir(at('late/out'))).toEqual(['thesis.docx']);
  });

  test('refuses files whose names fit but that the kind does not recognize', async () => {
    await folderWith(at('alike'), 'version-1');
    const kind = { ...versions, recognizes: () => Promise.resolve(false) };
    await expect(writeDirectory(at('alike'), holding('version-2'), kind)).rejects.toThrow(/: version-1; /);
    expect(await readdir(at('alike'))).toEqual(['version-1']);
  });

  test('a link or folder with the name of an own file is foreign', async () => {
    await mkdir(at('named/version-1'), { recursive: true });
    await symlink('/etc/hostname', at('named/version-2'));
    await expect(writeDirectory(at('named'), holding('version-3'), versions)).rejects.toThrow(
      /: version-1, version-2; /,
    );
  });

  test('writes through a link to a folder', async () => {
    await mkdir(at('linked/real'), { recursive: true });
    await symlink('real', at('linked/link'));
    for (const name of ['version-1', 'version-2']) {
      await writeDirectory(`${at('linked/link')}/`, holding(name), versions);
      expect((await lstat(at('linked/link'))).isSymbolicLink()).toBe(true);
      expect(await readdir(at('linked/real'))).toEqual([name]);
    }
    expect((await readdir(at('linked'))).sort()).toEqual(['link', 'real']);
  });

  test.each([
    ['a file', () => writeFile(at('bad-file'), 'x'), 'bad-file', /bad-file: is a file; name a folder/],
    ['a link to nothing', () => symlink('nowhere', at('bad-link')), 'bad-link', /is a link to nothing/],
  ])('refuses %s', async (_, make, name, message) => {
    await make();
    await expect(writeDirectory(at(name), holding('version-1'), versions)).rejects.toThrow(FileAccessError);
    await expect(writeDirectory(at(name), holding('version-1'), versions)).rejects.toThrow(message);
    expect((await lstat(at(name))).isDirectory()).toBe(false);
  });

  test.each(['.', './', '../here'])('refuses the current folder, named %s', async (name) => {
    await mkdir(at('here'), { recursive: true });
    const writing = inFolder(at('here'), () => writeDirectory(name, holding('version-1'), versions));
    await expect(writing).rejects.toThrow(/is the current folder, which cannot be replaced; name a folder inside it/);
    expect(await realpath(at('here'))).toBeTruthy();
    expect(await readdir(at('here'))).toEqual([]);
  });

  test('refuses the root folder', async () => {
    await expect(writeDirectory('/', holding('version-1'), versions)).rejects.toThrow(ForeignFilesError);
  });

  // Empty on almost every Linux, and most containers have the one or the other.
  const mounts = ['/dev/mqueue', '/dev/shm'].filter((path) => {
    try {
      return readdirSync(path).length === 0 && statSync(path).dev !== statSync('/dev').dev;
    } catch {
      return false;
    }
  });
  (mounts.length ? test.each(mounts) : test.skip.each(['a mount point']))('refuses %s, a mount point', async (path) => {
    await expect(writeDirectory(path, holding('version-1'), versions)).rejects.toThrow(
      `${path}: is a mount point, which cannot be replaced; name a folder inside it`,
    );
    expect(await readdir(path)).toEqual([]);
  });

  test('gives new files and folders the modes of the umask, and keeps the mode of an earlier folder', async () => {
    const before = process.umask(0o027);
    try {
      await writeDirectory(at('modes/new'), holding('version-1'), versions);
      await mkdir(at('modes/shared'));
      await chmod(at('modes/shared'), 0o2775);
      await writeDirectory(at('modes/shared'), holding('version-1'), versions);
    } finally {
      process.umask(before);
    }
    const paths = ['modes/new', 'modes/new/version-1', 'modes/shared'];
    const modes = await Promise.all(paths.map(async (path) => ((await stat(at(path))).mode & 0o7777).toString(8)));
    expect(modes).toEqual(['750', '640', '2775']);
  });

  test('leaves the earlier folder, and nothing else, when filling fails', async () => {
    await folderWith(at('fails/out'), 'version-1');
    const failing = writeDirectory(
      at('fails/out'),
      async (dir) => {
        await holding('version-2')(dir);
        throw new RangeError('stop');
      },
      versions,
    );
    await expect(failing).rejects.toThrow(RangeError);
    expect(await readdir(at('fails'))).toEqual(['out']);
    expect(await readdir(at('fails/out'))).toEqual(['version-1']);
  });
});

describe('writeIntoDirectory', () => {
  const options = { last: 'index', stale: (file: string) => file.startsWith('shard-') };
  const fill = async (dir: string): Promise<void> => {
    await holding('index', 'new')(dir);
    await holding('shard-1', 'new')(dir);
  };

  test('adds its files beside others, replaces its own and removes stale ones', async () => {
    await folderWith(at('into'), 'index', 'shard-1', 'shard-2', 'README.md', '.git');
    await chmod(at('into'), 0o755);
    await writeIntoDirectory(at('into'), fill, options);
    expect((await readdir(at('into'))).sort()).toEqual(['.git', 'README.md', 'index', 'shard-1']);
    expect(await readFile(at('into/shard-1'), 'utf8')).toBe('new');
    expect((await stat(at('into'))).mode & 0o777).toBe(0o755);
  });

  test('writes into the current folder, and through a link to a folder', async () => {
    await mkdir(at('now'));
    await inFolder(at('now'), () => writeIntoDirectory('.', fill, options));
    await symlink('now', at('now-link'));
    await writeIntoDirectory(at('now-link'), fill, options);
    expect((await readdir(at('now'))).sort()).toEqual(['index', 'shard-1']);
    expect((await lstat(at('now-link'))).isSymbolicLink()).toBe(true);
  });

  test('the last file is never beside files of another version', async () => {
    await folderWith(at('order'), 'index', 'shard-1');
    // Stops between the first rename and the last.
    const blocked = {
      ...options,
      stale: () => {
        throw new RangeError('killed');
      },
    };
    await expect(writeIntoDirectory(at('order'), fill, blocked)).rejects.toThrow(RangeError);
    expect(await readdir(at('order'))).toEqual(['shard-1']);
  });

  test('changes nothing when filling fails', async () => {
    await folderWith(at('kept'), 'index', 'shard-2');
    const failing = async (dir: string): Promise<void> => {
      await fill(dir);
      throw new RangeError('stop');
    };
    await expect(writeIntoDirectory(at('kept'), failing, options)).rejects.toThrow(RangeError);
    await expect(writeIntoDirectory(at('kept-new'), failing, options)).rejects.toThrow(RangeError);
    expect((await readdir(at('kept'))).sort()).toEqual(['index', 'shard-2']);
    await expect(stat(at('kept-new'))).rejects.toThrow();
  });

  test('refuses a link with the name of one of its files: it may lead to a file that others share', async () => {
    await folderWith(at('blobs'), 'abc');
    await mkdir(at('snapshot'));
    await symlink('../blobs/abc', at('snapshot/shard-1'));
    await expect(writeIntoDirectory(at('snapshot'), fill, options)).rejects.toThrow(
      /shard-1: is a link; remove shard-1/,
    );
    expect(await readFile(at('blobs/abc'), 'utf8')).toBe('abc');
    expect(await readdir(at('snapshot'))).toEqual([basename('shard-1')]);
  });

  test('removes what a killed run of the same folder left', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const left = temporaryBeside(at('again/index')).replace(`-${process.pid}-`, `-${pid}-`);
    await folderWith(left, 'shard-1');
    await writeIntoDirectory(at('again'), fill, options);
    expect((await readdir(at('again'))).sort()).toEqual(['index', 'shard-1']);
  });

  test.each([
    ['', /path: is empty; name a file or folder/],
    ['a\0b', /path 'a.u0000b': holds a null character/],
  ])('refuses the path %j', async (path, message) => {
    await expect(writeIntoDirectory(path, fill, options)).rejects.toThrow(ArgumentError);
    await expect(writeIntoDirectory(path, fill, options)).rejects.toThrow(message);
    await expect(writeDirectory(path, fill)).rejects.toThrow(message);
  });

  test('refuses a file of that name', async () => {
    await writeFile(at('plain'), 'x');
    await expect(writeIntoDirectory(at('plain'), fill, options)).rejects.toThrow(/plain: is a file; name a folder/);
    expect(await readFile(at('plain'), 'utf8')).toBe('x');
  });
});
