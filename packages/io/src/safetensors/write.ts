import { replaceFile } from '@geneformer-ts/core/node';
import { ArgumentError } from '@geneformer-ts/core';
import { open } from 'node:fs/promises';
import type { TensorData, TensorDtype } from './dtypes.js';

/** The header is padded with spaces so that tensors begin at a multiple of this. */
const ALIGNMENT = 8;

/**
 * Writes a safetensors file, whole or not at all. Float32Array becomes F32, BigInt64Array I64, Int32Array I32. The same tensors
 * give the same bytes: wider types first, then by name, as the reference implementation orders them.
 *
 * @throws ArgumentError when a shape does not fit its data; FileAccessError
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
  const facts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (facts.length) header.push(['__metadata__', Object.fromEntries(facts)]);
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
  // From entries, because assigning a tensor called `__proto__` would lose it.
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Buffer.alloc(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT, ' ');
  text.copy(padded);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(padded.length));

  await replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(Buffer.concat([prefix, padded]));
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
