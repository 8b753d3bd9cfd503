import { type ByteSource, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { type Checksum, loadCrc32 } from './crc32.js';

/**
 * An entry of the zip archives that PyTorch writes: uncompressed, in archives of any size (zip64). Sizes are taken from the
 * central directory only. The sections named below are those of APPNOTE.TXT 6.3.
 */
export interface ZipEntry {
  name: string;
  bytes: number;
  crc32: number;
  /** Position of the local header, which precedes the data. */
  header: number;
}

const utf8 = new TextDecoder();
const REMEDY = 'the file is damaged or incomplete; download it again';

/** End of central directory record (4.3.16). */
const END = { signature: 0x06054b50, bytes: 22, longestComment: 0xffff };
/** Zip64 end of central directory locator (4.3.15), directly before the end record. */
const LOCATOR = { signature: 0x07064b50, bytes: 20 };
/** Zip64 end of central directory record (4.3.14). */
const END64 = { signature: 0x06064b50, bytes: 56 };
/** Central directory header of a file (4.3.12). */
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
/** Local header of a file, before its data (4.3.7). */
const LOCAL = { signature: 0x04034b50, bytes: 30 };
/** Extra field for values that do not fit 32 bits (4.5.3). */
const EXTRA64 = 1;
const STORED = 0;
const ENCRYPTED = 1;

/** Size of a directory of about a million entries. */
const MAX_DIRECTORY_BYTES = 100_000_000;

/** A zip archive open for reading. */
export class ZipArchive {
  private constructor(
    private readonly source: ByteSource,
    private readonly crc32: Checksum,
    readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  /** @throws FormatError, UnsupportedError */
  static async open(source: ByteSource): Promise<ZipArchive> {
    const { name: path, byteLength: size } = source;
    const { start, bytes } = await findDirectory(source);
    if (bytes > MAX_DIRECTORY_BYTES || start + bytes > size) {
      throw broken(path, `has a directory of ${bytes} bytes at ${start} in a file of ${size}`);
    }
    const entries = parseDirectory(await source.read(start, bytes), path);
    // Overlapping entries would let a small file describe more data than fits in memory.
    const described = [...entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    if (described > size) throw broken(path, `describes ${described} bytes of entries in a file of ${size}`);
    return new ZipArchive(source, loadCrc32(), entries);
  }

  /** Returns the position of the data of an entry. @throws FormatError when they extend past the end of the file */
  async locate(entry: ZipEntry): Promise<number> {
    const { name, byteLength } = this.source;
    const outside = (): FormatError => broken(name, `entry '${entry.name}' extends past the end of the file`);
    if (entry.header + LOCAL.bytes > byteLength) throw outside();
    const header = view(await this.source.read(entry.header, LOCAL.bytes));
    if (header.getUint32(0, true) !== LOCAL.signature) {
      throw broken(name, `entry '${entry.name}' does not begin where the directory says`);
    }
    const start = entry.header + LOCAL.bytes + header.getUint16(26, true) + header.getUint16(28, true);
    if (start + entry.bytes > byteLength) throw outside();
    return start;
  }

  /** Reads a whole entry and verifies its checksum. @throws FormatError */
  async read(entry: ZipEntry): Promise<Uint8Array> {
    const bytes = await this.source.read(await this.locate(entry), entry.bytes);
    const sum = this.crc32(bytes);
    if (sum !== entry.crc32) {
      const hex = (value: number): string => value.toString(16).padStart(8, '0');
      throw broken(
        this.source.name,
        `entry '${entry.name}' has checksum ${hex(sum)} but the archive states ${hex(entry.crc32)}`,
      );
    }
    return bytes;
  }

  /** Reads a part of an entry. The checksum is not verified, because it covers the whole entry. */
  async readPart(entry: ZipEntry, from: number, length: number): Promise<Uint8Array> {
    return this.source.read((await this.locate(entry)) + from, length);
  }
}

async function findDirectory(source: ByteSource): Promise<{ start: number; bytes: number }> {
  const { name: path, byteLength: size } = source;
  const tailBytes = Math.min(size, END.bytes + END.longestComment + LOCATOR.bytes);
  const tail = view(await source.read(size - tailBytes, tailBytes));
  for (let at = tailBytes - END.bytes; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END.signature) continue;
    if (tail.getUint16(at + 4, true) !== 0)
      throw new UnsupportedError(path, 'zip', 'a multi-part archive', 'join the parts');
    const located = at >= LOCATOR.bytes && tail.getUint32(at - LOCATOR.bytes, true) === LOCATOR.signature;
    if (!located) return { bytes: tail.getUint32(at + 12, true), start: tail.getUint32(at + 16, true) };
    const end = Number(tail.getBigUint64(at - LOCATOR.bytes + 8, true));
    if (end + END64.bytes > size) throw broken(path, `has a directory at ${end} in a file of ${size}`);
    const end64 = view(await source.read(end, END64.bytes));
    if (end64.getUint32(0, true) !== END64.signature) throw broken(path, 'has no zip64 directory where it says');
    return { bytes: Number(end64.getBigUint64(40, true)), start: Number(end64.getBigUint64(48, true)) };
  }
  throw broken(path, 'is a zip archive without a directory at its end');
}

function parseDirectory(bytes: Uint8Array, path: string): Map<string, ZipEntry> {
  const directory = view(bytes);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at + CENTRAL.bytes <= bytes.length;) {
    if (directory.getUint32(at, true) !== CENTRAL.signature) throw broken(path, 'has a directory that cannot be read');
    const nameBytes = directory.getUint16(at + 28, true);
    const extraBytes = directory.getUint16(at + 30, true);
    const nameStart = at + CENTRAL.bytes;
    const next = nameStart + nameBytes + extraBytes + directory.getUint16(at + 32, true);
    if (next > bytes.length) throw broken(path, 'has a directory that is cut short');
    const name = utf8.decode(bytes.subarray(nameStart, nameStart + nameBytes));
    const flags = directory.getUint16(at + 8, true);
    const method = directory.getUint16(at + 10, true);
    if (flags & ENCRYPTED || method !== STORED) {
      const how = flags & ENCRYPTED ? 'encryption' : `compression method ${method}`;
      throw new UnsupportedError(
        path,
        `entry '${name}'`,
        how,
        'write it with torch.save, which does not compress entries',
      );
    }
    if (entries.has(name)) throw broken(path, `has two entries called '${name}'`);
    entries.set(name, {
      name,
      crc32: directory.getUint32(at + 16, true),
      ...sizeAndPosition(directory, at, nameStart + nameBytes, extraBytes),
    });
    at = next;
  }
  return entries;
}

/**
 * Returns size and position of an entry. A 32-bit field with all bits set is continued in the zip64 extra field, in the
 * order of the fields.
 */
function sizeAndPosition(
  directory: DataView,
  at: number,
  extraStart: number,
  extraBytes: number,
): { bytes: number; header: number } {
  const FULL = 0xffffffff;
  const stored = { unpacked: directory.getUint32(at + 24, true), bytes: directory.getUint32(at + 20, true) };
  const fields = [stored.unpacked, stored.bytes, directory.getUint32(at + 42, true)];
  for (let extra = extraStart; extra + 4 <= extraStart + extraBytes;) {
    const end = Math.min(extra + 4 + directory.getUint16(extra + 2, true), extraStart + extraBytes);
    if (directory.getUint16(extra, true) === EXTRA64) {
      let from = extra + 4;
      fields.forEach((value, i) => {
        if (value !== FULL || from + 8 > end) return;
        fields[i] = Number(directory.getBigUint64(from, true));
        from += 8;
      });
    }
    extra = end;
  }
  return { bytes: fields[1], header: fields[2] };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(path: string, problem: string): FormatError {
  return new FormatError(path, 'zip', problem, REMEDY);
}
