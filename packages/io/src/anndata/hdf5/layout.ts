/** Bytes of an HDF5 file. `view` returns undefined for a range that is not inside the file. */
export interface HdfBytes {
  readonly size: number;
  view(position: number, length: number): DataView | undefined;
}

/** Storage layout of a one-dimensional dataset. */
export type Layout = { kind: 'contiguous'; address: number } | { kind: 'chunked'; index: number; elements: number };

const CONTINUATION = 0x10;
const DATA_TYPE = 0x03;
const EXTERNAL_FILES = 0x07;
const DATA_LAYOUT = 0x08;
const SHARED = 2;
const CONTIGUOUS = 1;
const CHUNKED = 2;
/** Largest number of blocks of a header. A header with more blocks is damaged or circular. */
const MAX_BLOCKS = 64;
/** Address of data that were never written. */
const UNDEFINED_ADDRESS = 0xffff_ffff_ffff_ffffn;

interface Block {
  start: number;
  length: number;
}

/**
 * Reads the data layout from the object header at `address` (HDF5 file format specification, IV.A). Supports version 3 of
 * the layout message, the default of libraries since 2005, and contiguous data of version 4. Returns undefined for any other
 * layout.
 */
export function readLayout(file: HdfBytes, address: number): Layout | undefined {
  for (const message of messagesAt(file, address)) {
    if (message.type === DATA_LAYOUT) return message.flags & SHARED ? undefined : parseLayout(message.body);
  }
  return undefined;
}

/** Returns whether the object header at `address` refers to data in other files (IV.A.2.h). */
export function hasExternalStorage(file: HdfBytes, address: number): boolean {
  for (const message of messagesAt(file, address)) if (message.type === EXTERNAL_FILES) return true;
  return false;
}

/** Returns whether the values have half precision of IEEE 754: 5 bits of exponent, 10 bits of mantissa (IV.A.2.d). */
export function isIeeeHalf(file: HdfBytes, address: number): boolean {
  for (const { type, flags, body } of messagesAt(file, address)) {
    if (type !== DATA_TYPE) continue;
    if (flags & SHARED || body.byteLength < 20 || (body.getUint8(0) & 15) !== 1) return false;
    // After class, flags and size: bit offset, precision, and position and length of exponent and mantissa.
    const fields = [12, 13, 14, 15].map((at) => body.getUint8(at));
    return body.getUint16(8, true) === 0 && fields.join() === '10,5,0,10' && body.getUint32(16, true) === 15;
  }
  return false;
}

/** Yields the messages of the object header at `address`, up to the first damaged one. */
export function* messagesAt(file: HdfBytes, address: number): Generator<LocatedMessage> {
  const first = file.view(address, 4);
  if (!first) return;
  const second = first.getUint32(0, false) === 0x4f484452;
  const blocks = [second ? blockOfVersion2(file, address) : blockOfVersion1(file, address)];
  for (let i = 0; i < blocks.length && i < MAX_BLOCKS; i++) {
    const block = blocks[i];
    const view = block && file.view(block.start, block.length);
    if (!view) return;
    const from = i === 0 ? address : block.start - 4;
    const checked = second ? { from, to: block.start + block.length } : undefined;
    for (const message of second ? messagesOfVersion2(file, address, view) : messagesOfVersion1(view)) {
      yield { ...message, position: block.start + message.body.byteOffset, checked };
      if (message.type === CONTINUATION && message.body.byteLength >= 16) {
        const start = Number(message.body.getBigUint64(0, true));
        const length = Number(message.body.getBigUint64(8, true));
        if (length > file.size) return;
        // In version 2 a continuation block has a signature before its messages and a checksum after them.
        blocks.push(second ? { start: start + 4, length: length - 8 } : { start, length });
      }
    }
  }
}

function blockOfVersion1(file: HdfBytes, address: number): Block | undefined {
  const head = file.view(address, 16);
  if (head?.getUint8(0) !== 1) return undefined;
  return { start: address + 16, length: Math.min(head.getUint32(8, true), file.size) };
}

function blockOfVersion2(file: HdfBytes, address: number): Block | undefined {
  const head = file.view(address, 34);
  if (head?.getUint8(4) !== 2) return undefined;
  const flags = head.getUint8(5);
  const at = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const width = 1 << (flags & 3);
  let length = 0;
  for (let i = width - 1; i >= 0; i--) length = length * 256 + head.getUint8(at + i);
  return { start: address + at + width, length: Math.min(length, file.size) };
}

interface Message {
  type: number;
  flags: number;
  body: DataView;
  /** Number of bytes before the body, beginning with the type. */
  head: number;
}

/** A message with its place in the file. */
export interface LocatedMessage extends Message {
  /** Position of the body. */
  position: number;
  /** Version 2: bytes that the checksum at `to` covers. */
  checked: { from: number; to: number } | undefined;
}

function* messagesOfVersion1(view: DataView): Generator<Message> {
  for (let at = 0; at + 8 <= view.byteLength;) {
    const size = view.getUint16(at + 2, true);
    if (at + 8 + size > view.byteLength) return;
    const body = new DataView(view.buffer, view.byteOffset + at + 8, size);
    yield { type: view.getUint16(at, true), flags: view.getUint8(at + 4), body, head: 8 };
    at += 8 + size;
  }
}

function* messagesOfVersion2(file: HdfBytes, address: number, view: DataView): Generator<Message> {
  const ordered = ((file.view(address + 5, 1)?.getUint8(0) ?? 0) & 4) !== 0;
  const head = ordered ? 6 : 4;
  for (let at = 0; at + head <= view.byteLength;) {
    const size = view.getUint16(at + 1, true);
    if (at + head + size > view.byteLength) return;
    const body = new DataView(view.buffer, view.byteOffset + at + head, size);
    yield { type: view.getUint8(at), flags: view.getUint8(at + 3), body, head };
    at += head + size;
  }
}

function parseLayout(body: DataView): Layout | undefined {
  const version = body.byteLength < 18 ? 0 : body.getUint8(0);
  if (version !== 3 && version !== 4) return undefined;
  const kind = body.getUint8(1);
  if (kind === CONTIGUOUS) {
    const address = addressAt(body, 2);
    return address === undefined ? undefined : { kind: 'contiguous', address };
  }
  // Version 4 has other chunk indices. In version 3 the dimensions are the length and the bytes per element.
  if (version !== 3 || kind !== CHUNKED || body.getUint8(2) !== 2 || body.byteLength < 19) return undefined;
  const index = addressAt(body, 3);
  const elements = body.getUint32(11, true);
  return index === undefined || elements === 0 ? undefined : { kind: 'chunked', index, elements };
}

function addressAt(body: DataView, offset: number): number | undefined {
  const address = body.getBigUint64(offset, true);
  return address === UNDEFINED_ADDRESS ? undefined : Number(address);
}
