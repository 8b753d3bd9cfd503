import type { Records } from '../container.js';
import type { RecordMember, ValueType } from './data-type.js';

/** Decodes records of `type.bytes` bytes each, in parts of whole records. */
export function readRecords(type: ValueType, members: readonly RecordMember[], parts: readonly Uint8Array[]): Records {
  const rows: unknown[][] = [];
  for (const part of parts) {
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    for (let at = 0; at < part.length; at += type.bytes) {
      rows.push(members.map((member) => valueOf(view, at + member.offset, member.type)));
    }
  }
  return { members: members.map(({ name, type: { kind } }) => ({ name, kind: kindOf(kind) })), rows };
}

function kindOf(kind: ValueType['kind']): Records['members'][number]['kind'] {
  return kind === 'string' || kind === 'boolean' || kind === 'number' ? kind : 'other';
}

function valueOf(view: DataView, at: number, type: ValueType): unknown {
  const little = type.isBigEndian !== true;
  switch (type.read) {
    case 'int8':
      return view.getInt8(at);
    case 'uint8':
      return view.getUint8(at);
    case 'int16':
      return view.getInt16(at, little);
    case 'uint16':
      return view.getUint16(at, little);
    case 'int32':
      return view.getInt32(at, little);
    case 'uint32':
      return view.getUint32(at, little);
    case 'int64':
      return Number(view.getBigInt64(at, little));
    case 'uint64':
      return Number(view.getBigUint64(at, little));
    case 'float32':
      return view.getFloat32(at, little);
    case 'float64':
      return view.getFloat64(at, little);
    default:
      return textOf(view, at, type, little);
  }
}

/** Decodes a text that ends at its first null character: UTF-32 (`U`) or bytes (`S`). */
function textOf(view: DataView, at: number, { read, bytes }: ValueType, little: boolean): string {
  if (read?.startsWith('v2:U') !== true) {
    const text = new Uint8Array(view.buffer, view.byteOffset + at, bytes);
    const end = text.indexOf(0);
    return new TextDecoder().decode(end < 0 ? text : text.subarray(0, end));
  }
  let text = '';
  for (let i = at; i < at + bytes; i += 4) {
    const code = view.getUint32(i, little);
    if (code === 0) break;
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}
