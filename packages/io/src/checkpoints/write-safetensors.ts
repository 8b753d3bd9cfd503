import { ArgumentError } from '@geneformer-ts/core';
import { replaceFile } from '@geneformer-ts/core/node';
import { open } from '@geneformer-ts/core/system';
import { joined, uint64, utf8 } from '../base/encode.js';
import type { TensorData, TensorDtype } from './tensors.js';

/** The header is padded with spaces, so that tensors begin at a multiple of this number of bytes. */
const ALIGNMENT = 8;

/**
 * Writes a safetensors file atomically. Float32Array becomes F32, BigInt64Array I64, Int32Array I32. The same tensors give
 * the same bytes, in the order of the reference implementation: wider types first, then by name.
 *
 * @throws ArgumentError when a shape does not match its data; FileAccessError
 * @example
 * await writeSafetensors('bias.safetensors', new Map([['bias', { shape: [2], data: Float32Array.of(0, 1) }]]));
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, { shape: readonly number[]; data: TensorData }>,
  metadata: Record<string, string> = {},
): Promise<void> {
  const ordered = [...tensors].sort(
    ([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  const header: [name: string, entry: unknown][] = [];
  const sortedMetadata = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (sortedMetadata.length) header.push(['__metadata__', Object.fromEntries(sortedMetadata)]);
  let end = 0;
  for (const [name, { shape, data }] of ordered) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (name === '__metadata__' || elements !== data.length) {
      throw new ArgumentError(
        `tensor '${name}'`,
        name === '__metadata__' ? 'has a reserved name' : `has ${data.length} elements for shape [${shape.join(', ')}]`,
        'rename it or correct its shape',
      );
    }
    header.push([name, { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  // `Object.fromEntries` keeps a tensor named `__proto__`, which an assignment would lose.
  const text = utf8(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  padded.set(text);

  await replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(joined([uint64(padded.length), padded]));
      for (const [, { data }] of ordered) {
        if (data.byteLength) await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

function dtypeOf(data: TensorData): TensorDtype {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof BigInt64Array ? 'I64' : 'I32';
}
