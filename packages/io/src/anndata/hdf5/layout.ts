import type { RawFile } from './raw-file.js';

/** Where the elements of a one-dimensional dataset lie. */
export type Layout = { kind: 'contiguous'; address: number } | { kind: 'chunked'; index: number; elements: number };

const CONTINUATION = 0x10;
const DATA_TYPE = 0x03;
const EXTERNAL_FILES = 0x07;
const DATA_LAYOUT = 0x08;
const SHARED = 2;
const CONTIGUOUS = 1;
const CHUNKED = 2;
/** A header in more pieces than this is damaged or goes round in circles. */
const MAX_BLOCKS = 64;
/** The address of what was never written. */
const NOWHERE = 0xffff_ffff_ffff_ffffn;

interface Block {
  start: number;
  length: number;
}

/**
 * Reads the object header at `address` (HDF5 file format specification, IV.A) for the third version of the data layout
 * message, which libraries have written since 2005 unless told to use the newest format; of the fourth, contiguous data only. Undefined for everything else.
 */
export function readLayout(file: RawFile, address: number): Layout | undefined {
  for (const message of messagesAt(file, address)) {
    if (message.type === DATA_LAYOUT) return message.flags & SHARED ? undefined : parseLayout(message.body);
  }
  return undefined;
}

/** Whether the object header at `address` says, beside any layout, that the data lie in other files (IV.A.2.h). */
export function hasExternalStorage(file: RawFile, address: number): boolean {
  for (const message of messagesAt(file, address)) if (message.type === EXTERNAL_FILES) return true;
  return false;
}

/** Whether the values are of half precision as IEEE 754 has it: 5 bits of exponent above 10 of mantissa (IV.A.2.d). */
export function isIeeeHalf(file: RawFile, address: number): boolean {
  for (const { type, flags, body } of messagesAt(file, address)) {
    if (type !== DATA_TYPE) continue;
    if (flags & SHARED || body.byteLength < 20 || (body.getUint8(0) & 15) !== 1) return false;
    // Behind class, flags and size: bit offset, precision; then where exponent and mantissa begin and how long they are.
    const places = [12, 13, 14, 15].map((at) => body.getUint8(at));
    return body.getUint16(8, true) === 0 && places.join() === '10,5,0,10' && body.getUint32(16, true) === 15;
  }
  return false;
}

/** The messages of the object header at `address`, up to the first damage. */
function* messagesAt(file: RawFile, address: number): Generator<Message> {
  const first = file.view(address, 4);
  if (!first) return;
  const second = first.getUint32(0, false) === 0x4f484452;
  const blocks = [second ? blockOfVersion2(file, address) : blockOfVersion1(file, address)];
  for (let i = 0; i < blocks.length && i < MAX_BLOCKS; i++) {
    const block = blocks[i];
    const view = block && file.view(block.start, block.length);
    if (!view) return;
    for (const message of second ? messagesOfVersion2(file, address, view) : messagesOfVersion1(view)) {
      yield message;
      if (message.type === CONTINUATION && message.body.byteLength >= 16) {
        const start = Number(message.body.getBigUint64(0, true));
        const length = Number(message.body.getBigUint64(8, true));
        if (length > file.size) return;
        // In version 2 a continued block has a signature before its messages and a checksum behind them.
        blocks.push(second ? { start: start + 4, length: length - 8 } : { start, length });
      }
    }
  }
}

function blockOfVersion1(file: RawFile, address: number): Block | undefined {
  const head = file.view(address, 16);
  if (head?.getUint8(0) !== 1) return undefined;
  return { start: address + 16, length: Math.min(head.getUint32(8, true), file.size) };
}

function blockOfVersion2(file: RawFile, address: number): Block | undefined {
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
}

function* messagesOfVersion1(view: DataView): Generator<Message> {
  for (let at = 0; at + 8 <= view.byteLength;) {
    const size = view.getUint16(at + 2, true);
    if (at + 8 + size > view.byteLength) return;
    const body = new DataView(view.buffer, view.byteOffset + at + 8, size);
    yield { type: view.getUint16(at, true), flags: view.getUint8(at + 4), body };
    at += 8 + size;
  }
}

function* messagesOfVersion2(file: RawFile, address: number, view: DataView): Generator<Message> {
  const ordered = ((file.view(address + 5, 1)?.getUint8(0) ?? 0) & 4) !== 0;
  const head = ordered ? 6 : 4;
  for (let at = 0; at + head <= view.byteLength;) {
    const size = view.getUint16(at + 1, true);
    if (at + head + size > view.byteLength) return;
    const body = new DataView(view.buffer, view.byteOffset + at + head, size);
    yield { type: view.getUint8(at), flags: view.getUint8(at + 3), body };
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
  // The fourth version has other indices of chunks; in the third there is one dimension and that of the element's bytes.
  if (version !== 3 || kind !== CHUNKED || body.getUint8(2) !== 2 || body.byteLength < 19) return undefined;
  const index = addressAt(body, 3);
  const elements = body.getUint32(11, true);
  return index === undefined || elements === 0 ? undefined : { kind: 'chunked', index, elements };
}

function addressAt(body: DataView, offset: number): number | undefined {
  const address = body.getBigUint64(offset, true);
  return address === NOWHERE ? undefined : Number(address);
}
