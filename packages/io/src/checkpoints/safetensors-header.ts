import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import { BYTES, isDtype, type TensorDtype } from './tensors.js';

/** The largest header that the reference implementation accepts. */
export const MAX_HEADER_BYTES = 100_000_000;

/** No model has so many tensors in one file; each costs some hundred bytes of memory. */
const MAX_TENSORS = 200_000;

/** Where a tensor lies, in bytes from the end of the header. */
export interface TensorEntry {
  name: string;
  dtype: TensorDtype;
  shape: number[];
  begin: number;
  end: number;
}

/** What the header of a safetensors file says, checked. */
export interface SafetensorsHeader {
  entries: TensorEntry[];
  /** Tensors of types that are not read, and the error that says so. */
  refused: Map<string, () => UnsupportedError>;
  metadata: Record<string, string>;
}

/**
 * Parses a header and checks it as the reference implementation does: every tensor as long as its shape says, all of them
 * side by side in the order of their offsets, together exactly the `bodyBytes` that follow the header.
 *
 * @throws FormatError, UnsupportedError naming the tensor
 */
export function parseHeader(text: string, bodyBytes: number, path: string): SafetensorsHeader {
  const described = countEntries(text);
  if (described > MAX_TENSORS)
    throw broken(path, 'header', `describes ${described} tensors of ${MAX_TENSORS} at most`);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw broken(path, 'header', 'is not JSON', cause);
  }
  if (!isRecord(header)) throw broken(path, 'header', 'is not a JSON object');
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw broken(path, '__metadata__', 'is not a table of texts');
  }
  const entries: TensorEntry[] = [];
  const refused: SafetensorsHeader['refused'] = new Map();
  const places: Place[] = [];
  for (const [name, value] of Object.entries(tensors)) {
    const entry = parseEntry(name, value, path);
    places.push(entry);
    if (isRead(entry)) entries.push(entry);
    else refused.set(name, () => unreadType(name, entry.dtype, path));
  }
  // JSON.parse keeps the last of several entries of one name.
  const likeAField = [tensors, metadata].filter((names) => Object.hasOwn(names, 'data_offsets')).length;
  if (described - likeAField > places.length) {
    throw broken(path, 'header', `describes ${described} tensors under ${places.length} names`);
  }
  checkLayout(places, bodyBytes, path);
  return { entries, refused, metadata: metadata as Record<string, string> };
}

/** An entry whose type may be one that is not read. */
type Place = Omit<TensorEntry, 'dtype'> & { dtype: string };

function isRead(entry: Place): entry is TensorEntry {
  return isDtype(entry.dtype);
}

function unreadType(name: string, dtype: unknown, path: string): UnsupportedError {
  const remedy = `store it as ${Object.keys(BYTES).join(', ')}`;
  return new UnsupportedError(path, `tensor '${name}'`, `dtype ${JSON.stringify(dtype)}`, remedy);
}

/** Entries that a header describes: each has its offsets, under a name that no text can hold unescaped. */
function countEntries(text: string): number {
  const pattern = /(?<!\\)"data_offsets"\s*:/g;
  let count = 0;
  while (pattern.test(text)) count++;
  return count;
}

function parseEntry(name: string, entry: unknown, path: string): Place {
  const field = `tensor '${name}'`;
  if (!isRecord(entry)) throw broken(path, field, 'is not described by a JSON object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string') throw unreadType(name, dtype, path);
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw broken(path, field, 'has a shape that is not whole numbers');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw broken(path, field, 'has data_offsets that are not two whole numbers');
  }
  const [begin, end] = offsets as [number, number];
  if (!isDtype(dtype)) return { name, dtype, shape, begin, end };
  const bytes = shape.reduce((product, size) => product * size, 1) * BYTES[dtype];
  if (end - begin !== bytes) {
    throw broken(path, field, `takes ${end - begin} bytes where ${dtype} [${shape.join(', ')}] needs ${bytes}`);
  }
  return { name, dtype, shape, begin, end };
}

function checkLayout(entries: Place[], bodyBytes: number, path: string): void {
  let next = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end < begin) throw broken(path, `tensor '${name}'`, `ends at ${end}, before it begins at ${begin}`);
    if (begin !== next) {
      const what = begin < next ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw broken(path, `tensor '${name}'`, `begins at ${begin} but ${next} is next: it ${what}`);
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
