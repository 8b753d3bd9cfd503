import {
  closeSync,
  dirname,
  existsSync,
  join,
  openSync,
  readSync,
  resolve,
  statSync,
  tmpdir,
  ftruncateSync,
  writeFileSync,
  writeSync,
} from '@geneformer-ts/core/system';
import type h5wasm from 'h5wasm';

/** Registered numbers of the filters besides those of the library. */
export const PLUGINS: readonly number[] = [];

/**
 * Gives the HDF5 library the files in memory, under their paths. Its own file system would need a copy of a file in memory; this one reads
 * pieces of the file of a person as the library asks for them.
 *
 * @returns a folder without filters: files with filters that the library lacks are refused
 */
export function attachDisk(module: Awaited<typeof h5wasm.ready>): string {
  const files = module.FS as unknown as Files;
  const root = dirname(tmpdir());
  files.mkdir(root);
  const mount = (): Node => Object.assign(files.createNode(null, '/', FOLDER, 0), operations(files, root));
  files.mount({ mount }, {}, root);
  return join(root, 'filters');
}

/** Modes of a folder and of a file. */
const FOLDER = 0o40777;
const FILE = 0o100666;
/** Error numbers of the library (WASI). */
const MISSING = 44;
const FAILED = 29;

/** The part of the library's own file system that a file system of its own needs. */
interface Files {
  mkdir(path: string): void;
  mount(type: { mount: () => Node }, options: object, path: string): void;
  createNode(parent: Node | null, name: string, mode: number, device: number): Node;
  ErrnoError: new (number: number) => Error;
}

interface Node {
  id: number;
  name: string;
  mode: number;
  parent: Node;
  node_ops?: Operations['node_ops'];
  stream_ops?: Operations['stream_ops'];
}

interface Stream {
  node: Node;
  flags: number;
  position: number;
  /** Number of the file in memory. */
  descriptor: number;
}

interface Operations {
  node_ops: object;
  stream_ops: object;
}

function operations(files: Files, root: string): Operations {
  const pathOf = (node: Node): string => (node.parent === node ? root : join(pathOf(node.parent), node.name));
  const create = (parent: Node, name: string, mode: number): Node => {
    const node = files.createNode(parent, name, mode, 0);
    return Object.assign(node, { node_ops, stream_ops });
  };
  /** Turns errors of files in memory into those that the library understands. */
  const guarded = <T>(number: number, call: () => T): T => {
    try {
      return call();
    } catch {
      throw new files.ErrnoError(number);
    }
  };
  const node_ops = {
    getattr(node: Node) {
      const { size, mtimeMs } = guarded(MISSING, () => statSync(pathOf(node)));
      const time = new Date(mtimeMs);
      const times = { atime: time, mtime: time, ctime: time };
      const { mode } = node;
      return {
        dev: 1,
        ino: node.id,
        mode,
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        size,
        ...times,
        blksize: 4096,
        blocks: 0,
      };
    },
    setattr(node: Node, { size }: { size?: number }) {
      if (size === undefined) return;
      const descriptor = openSync(pathOf(node), 'r+');
      ftruncateSync(descriptor, size);
      closeSync(descriptor);
    },
    lookup(parent: Node, name: string): Node {
      const info = guarded(MISSING, () => statSync(join(pathOf(parent), name)));
      return create(parent, name, info.isDirectory() ? FOLDER : FILE);
    },
    mknod(parent: Node, name: string): Node {
      guarded(FAILED, () => writeFileSync(join(pathOf(parent), name), new Uint8Array(0)));
      return create(parent, name, FILE);
    },
  };
  const stream_ops = {
    open(stream: Stream) {
      const path = resolve(pathOf(stream.node));
      const writes = (stream.flags & 3) !== 0;
      // The library remembers names of files that were removed since.
      if (writes && !existsSync(path)) writeFileSync(path, new Uint8Array(0));
      stream.descriptor = guarded(MISSING, () => openSync(path, writes ? 'r+' : 'r'));
    },
    close(stream: Stream) {
      closeSync(stream.descriptor);
    },
    read(stream: Stream, buffer: Int8Array, offset: number, length: number, position: number): number {
      const target = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
      return guarded(FAILED, () => readSync(stream.descriptor, target, 0, length, position));
    },
    write(stream: Stream, buffer: Int8Array, offset: number, length: number, position: number): number {
      const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
      return guarded(FAILED, () => writeSync(stream.descriptor, bytes, 0, length, position));
    },
    llseek(stream: Stream, offset: number, whence: number): number {
      const from = whence === 1 ? stream.position : whence === 2 ? statSync(pathOf(stream.node)).size : 0;
      return from + offset;
    },
  };
  return { node_ops, stream_ops };
}
