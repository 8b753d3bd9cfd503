import { decompress } from 'fzstd';
import type { Decode, DecoderName } from './node.js';
import { unpackBlosc } from './blosc.js';
import { unpackLz4 } from './lz4.js';

const decoders: Record<DecoderName, (bytes: Uint8Array) => Uint8Array> = {
  blosc: (bytes) => unpackBlosc(bytes, (packed, out) => decompress(packed, out).length),
  lz4(bytes) {
    const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    const out = new Uint8Array(size);
    if (unpackLz4(bytes.subarray(4), out) !== size) throw new RangeError(`not LZ4 data of ${size} bytes`);
    return out;
  },
  zstd: (bytes) => decompress(bytes),
};

/**
 * Returns a decoder of chunks. Those of numcodecs make functions of text, which the Content-Security-Policy of a careful page forbids, and
 * they have ten times as many bytes.
 */
export function decoderOf(name: DecoderName): Promise<Decode> {
  return Promise.resolve((bytes) => Promise.resolve(bytes).then(decoders[name]));
}
