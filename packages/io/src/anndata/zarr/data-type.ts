import type { DataType } from 'zarrita';
import type { DatasetKind } from '../container.js';

/** Type of the values of an array. */
export interface ValueType {
  kind: DatasetKind;
  /** Type in words, for messages. */
  name: string;
  /** Bytes per value; for texts of any length, an estimate of their memory. */
  bytes: number;
  /** Type as which zarrita reads the chunks: booleans as bytes, half precision as integers, records as bytes. */
  read: DataType | undefined;
  /** Whether the integers are bits of half precision. */
  isHalf?: boolean;
  /** Members of a record in their order. */
  members?: readonly RecordMember[];
  isBigEndian?: boolean;
}

/** A member of a record, and its position in it. */
export interface RecordMember {
  name: string;
  offset: number;
  type: ValueType;
}

const NUMBERS: Record<string, [DataType, number]> = {
  int8: ['int8', 1],
  int16: ['int16', 2],
  int32: ['int32', 4],
  int64: ['int64', 8],
  uint8: ['uint8', 1],
  uint16: ['uint16', 2],
  uint32: ['uint32', 4],
  uint64: ['uint64', 8],
  float32: ['float32', 4],
  float64: ['float64', 8],
};
/** Memory of a text of a few letters. */
const TEXT_BYTES = 16;
/** Largest number of members and longest text, far more than programs write. */
const MAX_MEMBERS = 4096;
const MAX_TEXT = 2 ** 20;

/** Returns the type of version 2 that numpy writes as `<f4`, or of records as a list of names and types. */
export function typeOf2(dtype: unknown): ValueType {
  if (Array.isArray(dtype))
    return records(
      dtype
        .map((field) => (Array.isArray(field) ? field : []))
        .map(([name, type, shape]) => [name, shape === undefined ? typeOf2(type) : other(dtype)]),
      dtype,
    );
  const [, order, kind, size] = (typeof dtype === 'string' && /^([<>|=])([a-zA-Z])(\d*)$/.exec(dtype)) || [];
  const bytes = Number(size);
  const type = ofKind(kind, bytes, dtype);
  return order === '>' ? { ...type, isBigEndian: true } : type;
}

function ofKind(kind: string | undefined, bytes: number, dtype: unknown): ValueType {
  const names: Record<string, string> = { i: 'int', u: 'uint', f: 'float' };
  if (kind === 'b' && bytes === 1) return simple('bool', dtype);
  if (kind === 'O') return { kind: 'string', name: 'Python objects', bytes: TEXT_BYTES, read: 'v2:object' };
  if (kind === 'U' || kind === 'S') return fixedText(kind, bytes, dtype);
  return kind !== undefined && names[kind] ? simple(`${names[kind]}${bytes * 8}`, dtype) : other(dtype);
}

/** Returns a type of version 3: a name, or a name with a configuration. */
export function typeOf3(type: unknown): ValueType {
  if (type === 'string' || type === 'variable_length_utf8') {
    return { kind: 'string', name: 'text', bytes: TEXT_BYTES, read: 'string' };
  }
  if (typeof type === 'string') return simple(type, type);
  const { name, configuration } = (type ?? {}) as { name?: unknown; configuration?: Record<string, unknown> };
  const bytes = Number(configuration?.['length_bytes']);
  if (name === 'fixed_length_utf32') return fixedText('U', bytes / 4, type);
  if (name === 'null_terminated_bytes') return fixedText('S', bytes, type);
  const fields = configuration?.['fields'];
  if (name !== 'structured' || !Array.isArray(fields)) return other(type);
  return records(
    fields.map((field) => (Array.isArray(field) ? [field[0], typeOf3(field[1])] : [])),
    type,
  );
}

function simple(name: string, original: unknown): ValueType {
  if (name === 'bool') return { kind: 'boolean', name: 'booleans', bytes: 1, read: 'uint8' };
  if (name === 'float16') return { kind: 'number', name, bytes: 2, read: 'uint16', isHalf: true };
  if (!Object.hasOwn(NUMBERS, name)) return other(original);
  const [read, bytes] = NUMBERS[name];
  return { kind: 'number', name, bytes, read };
}

function fixedText(kind: 'U' | 'S', length: number, original: unknown): ValueType {
  if (!Number.isInteger(length) || length < 0 || length > MAX_TEXT) return other(original);
  // numpy stores one character at least.
  const chars = Math.max(1, length);
  return { kind: 'string', name: 'text', bytes: kind === 'U' ? 4 * chars : chars, read: `v2:${kind}${chars}` };
}

function records(fields: unknown[][], original: unknown): ValueType {
  const members: RecordMember[] = [];
  let offset = 0;
  for (const [name, type] of fields as [unknown, ValueType?][]) {
    if (
      typeof name !== 'string' ||
      type === undefined ||
      type.read === undefined ||
      type.read === 'v2:object' ||
      type.read === 'string' ||
      type.members
    )
      return other(original);
    members.push({ name, offset, type });
    offset += type.bytes;
  }
  if (members.length === 0 || members.length > MAX_MEMBERS || offset > MAX_TEXT) return other(original);
  return { kind: 'compound', name: 'records', bytes: offset, read: `v2:S${offset}`, members };
}

function other(original: unknown): ValueType {
  const text = typeof original === 'string' ? original : JSON.stringify(original ?? null);
  return { kind: 'other', name: `data type ${text.slice(0, 60)}`, bytes: 1, read: undefined };
}
