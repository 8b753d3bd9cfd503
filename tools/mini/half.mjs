/** Rewrites a safetensors file with 16-bit floats, which every reader of checkpoints widens again. */
import { readFileSync, writeFileSync } from 'node:fs';

/** @param {string} file a file whose tensors all have dtype F32; it is replaced */
export function halvePrecision(file) {
  const bytes = readFileSync(file);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, headerEnd));
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (entry.dtype !== 'F32') throw new Error(`${file}: tensor ${name} has dtype ${entry.dtype}; give a file of F32`);
    header[name] = { ...entry, dtype: 'F16', data_offsets: entry.data_offsets.map((offset) => offset / 2) };
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const values = new Float32Array(new Uint8Array(bytes.subarray(headerEnd)).buffer);
  const halves = Uint16Array.from(values, toHalf);
  writeFileSync(file, Buffer.concat([length, padded, Buffer.from(halves.buffer)]));
}

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** Returns the bits of the nearest 16-bit float; ties go to the even one. */
export function toHalf(value) {
  single[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = Math.abs(single[0]);
  if (!(magnitude < 65_520)) throw new RangeError(`${value} is beyond the range of 16-bit floats`);
  const exponent = Math.max(-14, ((bits[0] >>> 23) & 0xff) - 127);
  // Steps of 2^(exponent - 10); a carry into the exponent is right as it is.
  const steps = roundToEven(magnitude * 2 ** (10 - exponent));
  return sign | (steps < 1024 ? steps : ((exponent + 14) << 10) + steps);
}

function roundToEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
