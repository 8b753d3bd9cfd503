import { ArgumentError } from '@geneformer-ts/core';
import { replaceFile } from '@geneformer-ts/core/node';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Data begin at a multiple of this number of bytes, so that PyTorch can map them into memory. */
const ALIGNMENT = 64;
/** Largest offset in an archive without zip64. */
const MAX_BYTES = 2 ** 32 - 1;
const VERSION = 20;
/** The earliest date of the format, because the same contents must give the same bytes. */
const DAY = 0x21;
/** Extra field that PyTorch uses for padding. */
const PADDING = { id: 0x4246, bytes: 4 };

/**
 * Writes a zip archive of uncompressed entries atomically. The fields are described in APPNOTE.TXT 6.3.
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
    throw new ArgumentError(
      path,
      `would have ${at + directory.length} bytes`,
      'use safetensors for tensors of 4 GiB or more',
    );
  }
  await replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      for (const [index, [, data]] of entries.entries()) {
        await file.writeFile(locals[index]);
        if (data.byteLength) await file.writeFile(data);
      }
      await file.writeFile(Buffer.concat([directory, endRecord(entries.length, directory.length, at)]));
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Local file header (section 4.3.7), padded so that the data after it are aligned. */
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

/** Central directory header (section 4.3.12). */
function centralHeader(name: string, bytes: number, sum: number, at: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  writeCommon(header, 8, name, bytes, sum);
  // Larger archives are rejected once their size is known.
  header.writeUInt32LE(Math.min(at, MAX_BYTES), 42);
  return Buffer.concat([header, Buffer.from(name)]);
}

/** Writes the fields that both headers share, from the flags on: no flags, stored, fixed time, checksum, sizes, name length. */
function writeCommon(header: Buffer, from: number, name: string, bytes: number, sum: number): void {
  const size = Math.min(bytes, MAX_BYTES);
  header.writeUInt16LE(DAY, from + 6);
  header.writeUInt32LE(sum, from + 8);
  header.writeUInt32LE(size, from + 12);
  header.writeUInt32LE(size, from + 16);
  header.writeUInt16LE(Buffer.byteLength(name), from + 20);
}

/** End of central directory record (section 4.3.16). */
function endRecord(entries: number, directoryBytes: number, directoryAt: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(directoryBytes, 12);
  record.writeUInt32LE(directoryAt, 16);
  return record;
}
