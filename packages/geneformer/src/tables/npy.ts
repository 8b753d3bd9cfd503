/** Writes arrays in the format of `numpy.save`, version 1. */

const MAGIC = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0];
const ALIGNMENT = 64;

/** Returns numbers as an .npy file, in C order. */
export function npyOf(data: Float32Array | Int32Array, shape: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return withHeader(data instanceof Float32Array ? '<f4' : '<i4', shape, bytes);
}

/** Returns texts as an .npy file of fixed-width Unicode, which numpy loads without pickle. */
export function npyOfTexts(texts: readonly string[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (letter) => letter.codePointAt(0) ?? 0));
  const width = points.reduce((most, { length }) => Math.max(most, length), 1);
  const data = new Uint32Array(width * texts.length);
  points.forEach((letters, row) => data.set(letters, row * width));
  return withHeader(`<U${width}`, [texts.length], new Uint8Array(data.buffer));
}

function withHeader(type: string, shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = MAGIC.length + 2;
  const padded = Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT - start;
  const file = new Uint8Array(start + padded + bytes.length);
  file.set(MAGIC);
  file.set([padded & 0xff, padded >> 8], MAGIC.length);
  file.set(new TextEncoder().encode(`${text.padEnd(padded - 1)}\n`), start);
  file.set(bytes, start + padded);
  return file;
}
