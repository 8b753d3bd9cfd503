import { ArgumentError } from '@geneformer-ts/core';
import { replaceFile } from '@geneformer-ts/core/node';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Data begin at a multiple of this, so that PyTorch can map them. */
const ALIGNMENT = 64;
/** What the offsets of an archive without zip64 reach. */
const MAX_BYTES = 2 ** 32 - 1;
const VERSION = 20;
/** The first day there is: the same contents give the same bytes. */
const DAY = 0x21;
/** PyTorch's own field for padding. */
const PADDING = { id: 0x4246, bytes: 4 };

/**
 * Writes a zip archive of entries stored as they are, whole or not at all. APPNOTE.TXT 6.3 names the fields.
 *
 * @throws ArgumentError for 4 GiB or more; FileAccessError
 */
export async function writeStored(path: string, entries: readonly [name: string, data: Uint8Array][]): Promise<void> {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, data] of entries) {
    const sum = crc32(data);
    const local = localHeader(name, data.byteLength, sum, at);
    locals.push(local);
    central.push(centralHeader(name, data.byteLength, sum, at));
    at += local.length + data.byteLength;
  }
  const directory = Buffer.concat(central);
  if (at + directory.length > MAX_BYTES) {
    throw new ArgumentError(path, `would have ${at + directory.length} bytes`, 'write tensors of 4 GiB as safetensors');
  }
  await replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      for (const [index, [, data]] of entries.entries()) {
        await file.writeFile(locals[index]);
        if (data.byteLength) await file.writeFile(data);
      }
      await file.writeFile(Buffer.concat([directory, end(entries.length, directory.length, at)]));
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** 4.3.7, padded so that the data that follow are aligned. */
function localHeader(name: string, bytes: number, sum: number, at: number): Buffer {
  const unpadded = at + 30 + Buffer.byteLength(name) + PADDING.bytes;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommon(header, 6, name, bytes, sum);
  header.writeUInt16LE(PADDING.bytes + padding, 28);
  const extra = Buffer.alloc(PADDING.bytes + padding);
  extra.writeUInt16LE(PADDING.id, 0);
  extra.writeUInt16LE(padding, 2);
  return Buffer.concat([header, Buffer.from(name), extra]);
}

/** 4.3.12. */
function centralHeader(name: string, bytes: number, sum: number, at: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  writeCommon(header, 8, name, bytes, sum);
  // Above what fits, the archive is refused once its size is known.
  header.writeUInt32LE(Math.min(at, MAX_BYTES), 42);
  return Buffer.concat([header, Buffer.from(name)]);
}

/** The fields both headers share, from the flags on: no flag, stored, a fixed time, checksum, both sizes, the name's length. */
function writeCommon(header: Buffer, from: number, name: string, bytes: number, sum: number): void {
  const size = Math.min(bytes, MAX_BYTES);
  header.writeUInt16LE(DAY, from + 6);
  header.writeUInt32LE(sum, from + 8);
  header.writeUInt32LE(size, from + 12);
  header.writeUInt32LE(size, from + 16);
  header.writeUInt16LE(Buffer.byteLength(name), from + 20);
}

/** 4.3.16. */
function end(entries: number, directoryBytes: number, directoryAt: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(directoryBytes, 12);
  record.writeUInt32LE(directoryAt, 16);
  return record;
}
