import { crc32 } from '@geneformer-ts/core/system';

/** Computes the CRC-32 of bytes, as in zip and gzip. */
export type Checksum = (bytes: Uint8Array) => number;

/** Returns the checksum of zlib in Node, which is ten times as fast as the one in JavaScript that browsers get. */
export function loadCrc32(): Checksum {
  return crc32 ?? crc32InJavaScript;
}

/** Tables for four bytes per step: `TABLES[k][b]` is the checksum of byte `b` followed by `k` zeros. */
let tables: Uint32Array[] | undefined;

function makeTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum;
  });
  const all = [first];
  for (let k = 1; k < 4; k++) all.push(all[k - 1].map((sum) => (sum >>> 8) ^ first[sum & 255]));
  return all;
}

export function crc32InJavaScript(bytes: Uint8Array): number {
  const [zero, one, two, three] = (tables ??= makeTables());
  const steps = bytes.length & ~3;
  let sum = -1;
  let at = 0;
  for (; at < steps; at += 4) {
    sum ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    sum = three[sum & 255] ^ two[(sum >>> 8) & 255] ^ one[(sum >>> 16) & 255] ^ zero[sum >>> 24];
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ zero[(sum ^ bytes[at]) & 255];
  return ~sum >>> 0;
}
