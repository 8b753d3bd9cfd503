import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import { BYTES, isDtype, type TensorDtype } from './tensors.js';

/** Largest header that the reference implementation accepts, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

/** More tensors than any model has in one file. Each takes a few hundred bytes of memory. */
const MAX_TENSORS = 200_000;

/** Position of a tensor, in bytes from the end of the header. */
export interface TensorEntry {
  name: string;
  dtype: TensorDtype;
  shape: number[];
  begin: number;
  end: number;
}

/** Content of the header of a safetensors file, checked. */
export interface SafetensorsHeader {
  entries: TensorEntry[];
  /** Tensors of unsupported types, each with its error. */
  refused: Map<string, () => UnsupportedError>;
  metadata: Record<string, string>;
}

/**
 * Parses a header and makes the checks of the reference implementation: every tensor has the size of its shape, and the
 * tensors are contiguous and fill exactly the `bodyBytes` bytes after the header.
 *
 * @throws FormatError or UnsupportedError naming the tensor
 */
export function parseHeader(text: string, bodyBytes: number, path: string): SafetensorsHeader {
  const entryCount = countEntries(text);
  if (entryCount > MAX_TENSORS)
    throw broken(path, 'header', `describes ${entryCount} tensors; at most ${MAX_TENSORS} are supported`);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw broken(path, 'header', 'is not JSON', cause);
  }
  if (!isRecord(header)) throw broken(path, 'header', 'is not a JSON object');
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw broken(path, '__metadata__', 'does not map strings to strings');
  }
  const entries: TensorEntry[] = [];
  const refused: SafetensorsHeader['refused'] = new Map();
  const described: DescribedTensor[] = [];
  for (const [name, value] of Object.entries(tensors)) {
    const entry = parseEntry(name, value, path);
    described.push(entry);
    if (isSupported(entry)) entries.push(entry);
    else refused.set(name, () => unsupportedType(name, entry.dtype, path));
  }
  // `JSON.parse` keeps the last of several entries of the same name.
  const namedLikeField = [tensors, metadata].filter((names) => Object.hasOwn(names, 'data_offsets')).length;
  if (entryCount - namedLikeField > described.length) {
    throw broken(path, 'header', `describes ${entryCount} tensors under ${described.length} names`);
  }
  checkLayout(described, bodyBytes, path);
  return { entries, refused, metadata: metadata as Record<string, string> };
}

/** An entry whose element type may be unsupported. */
type DescribedTensor = Omit<TensorEntry, 'dtype'> & { dtype: string };

function isSupported(entry: DescribedTensor): entry is TensorEntry {
  return isDtype(entry.dtype);
}

function unsupportedType(name: string, dtype: unknown, path: string): UnsupportedError {
  const remedy = `store it as ${Object.keys(BYTES).join(', ')}`;
  return new UnsupportedError(path, `tensor '${name}'`, `dtype ${JSON.stringify(dtype)}`, remedy);
}

/** Counts the entries of a header by their offsets. A string cannot contain the quoted field name unescaped. */
function countEntries(text: string): number {
  const pattern = /(?<!\\)"data_offsets"\s*:/g;
  let count = 0;
  while (pattern.test(text)) count++;
  return count;
}

function parseEntry(name: string, entry: unknown, path: string): DescribedTensor {
  const field = `tensor '${name}'`;
  if (!isRecord(entry)) throw broken(path, field, 'is not described by a JSON object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string') throw unsupportedType(name, dtype, path);
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw broken(path, field, 'has a shape that is not a list of integers');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw broken(path, field, 'has data_offsets that are not two integers');
  }
  const [begin, end] = offsets as [number, number];
  if (!isDtype(dtype)) return { name, dtype, shape, begin, end };
  const bytes = shape.reduce((product, size) => product * size, 1) * BYTES[dtype];
  if (end - begin !== bytes) {
    throw broken(path, field, `takes ${end - begin} bytes but ${dtype} [${shape.join(', ')}] needs ${bytes}`);
  }
  return { name, dtype, shape, begin, end };
}

function checkLayout(entries: DescribedTensor[], bodyBytes: number, path: string): void {
  let next = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end < begin) throw broken(path, `tensor '${name}'`, `ends at ${end}, before it begins at ${begin}`);
    if (begin !== next) {
      const reason = begin < next ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw broken(path, `tensor '${name}'`, `begins at ${begin} instead of ${next}: it ${reason}`);
    }
    next = end;
  }
  if (next !== bodyBytes) {
    throw broken(path, 'data', `is ${bodyBytes} bytes long but the header describes ${next}`);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function broken(path: string, field: string, problem: string, cause?: unknown): FormatError {
  return new FormatError(path, field, problem, 'the file is damaged or incomplete; download it again', {
    cause,
  });
}
