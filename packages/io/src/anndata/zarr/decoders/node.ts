import { registry } from 'zarrita';

/** Formats of chunks that are not part of every JavaScript engine. */
export type DecoderName = 'blosc' | 'lz4' | 'zstd';

/** Decompresses a chunk. The caller has checked the size that its bytes state. */
export type Decode = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Parameters of compression, which a decoder needs only because it also encodes. */
const PARAMETERS = { clevel: 5, cname: 'lz4', shuffle: 1, blocksize: 0, acceleration: 1, level: 1 };
const META = { dataType: 'uint8', shape: [1], codecs: [], fillValue: 0 } as const;

/** Returns a decoder of numcodecs. */
export async function decoderOf(name: DecoderName): Promise<Decode> {
  const entry = await registry.get(name)!();
  const codec = entry.fromConfig(PARAMETERS, META as never) as unknown as { decode: Decode };
  return (bytes) => codec.decode(bytes);
}
