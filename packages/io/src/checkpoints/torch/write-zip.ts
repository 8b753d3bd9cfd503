import { ArgumentError } from '@geneformer-ts/core';
import { replaceFile } from '@geneformer-ts/core/node';
import { open } from '@geneformer-ts/core/system';
import { joined, uint16, uint32, utf8 } from '../../base/encode.js';
import { loadCrc32 } from './crc32.js';

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
  const crc32 = loadCrc32();
  const locals: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const [name, data] of entries) {
    const sum = crc32(data);
    const local = localHeader(name, data.byteLength, sum, at);
    locals.push(local);
    central.push(centralHeader(name, data.byteLength, sum, at));
    at += local.length + data.byteLength;
  }
  const directory = joined(central);
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
      await file.writeFile(joined([directory, endRecord(entries.length, directory.length, at)]));
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Local file header (section 4.3.7), padded so that the data after it are aligned. */
function localHeader(name: string, bytes: number, sum: number, at: number): Uint8Array {
  const unpadded = at + 30 + utf8(name).length + PADDING.bytes;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  return joined([
    uint32(0x04034b50),
    uint16(VERSION),
    commonFields(name, bytes, sum),
    uint16(PADDING.bytes + padding),
    utf8(name),
    uint16(PADDING.id, padding),
    new Uint8Array(padding),
  ]);
}

/** Central directory header (section 4.3.12). */
function centralHeader(name: string, bytes: number, sum: number, at: number): Uint8Array {
  return joined([
    uint32(0x02014b50),
    uint16(VERSION, VERSION),
    commonFields(name, bytes, sum),
    // Extra field, comment, disk, and attributes: none.
    new Uint8Array(12),
    // Larger archives are rejected once their size is known.
    uint32(Math.min(at, MAX_BYTES)),
    utf8(name),
  ]);
}

/** Fields that both headers share: no flags, stored, fixed time, checksum, sizes, length of the name. */
function commonFields(name: string, bytes: number, sum: number): Uint8Array {
  const size = Math.min(bytes, MAX_BYTES);
  return joined([uint16(0, 0, 0, DAY), uint32(sum, size, size), uint16(utf8(name).length)]);
}

/** End of central directory record (section 4.3.16). */
function endRecord(entries: number, directoryBytes: number, directoryAt: number): Uint8Array {
  return joined([uint32(0x06054b50), uint16(0, 0, entries, entries), uint32(directoryBytes, directoryAt), uint16(0)]);
}
