import { bytesOf, type EditedFile } from './edited-file.js';
import { lookup3 } from './lookup3.js';
import { hasSignature } from './symbol-table.js';

/** Bytes of the header of an index, before its checksum. */
const HEADER = 34;
/** Bytes of a node before its records. */
const NODE_HEAD = 6;
/** Bytes of the identifier of a link in the heap of the group. */
const LINK_ID = 7;
/** Kinds of indices: links by the hash of their name, and links by the order of their creation. */
const BY_NAME = 5;
const BY_ORDER = 6;

/** An index (version 2 of the tree, HDF5 file format specification, III.A.2) whose records are in one node. */
interface FlatIndex {
  header: number;
  node: number;
  /** Bytes of a record, and of what precedes the identifier of the link in it. */
  size: number;
  prefix: number;
  records: Uint8Array;
}

/**
 * Removes a name from a group whose links are in a heap with an index by name and possibly one by creation order. The link
 * stays in the heap, where no index refers to it.
 *
 * @param info the link info message of the group (IV.A.2.c)
 * @returns false if the name is not there, or if an index has several nodes; nothing is changed then
 */
export function unlinkDense(file: EditedFile, info: DataView, name: Uint8Array): boolean {
  if (info.byteLength < 18 || info.getUint8(0) !== 0) return false;
  const flags = info.getUint8(1);
  const at = 2 + (flags & 1 ? 8 : 0);
  const byName = readIndex(file, info, at + 8, BY_NAME);
  if (!byName) return false;
  const ordered = (flags & 2) !== 0;
  const byOrder = ordered ? readIndex(file, info, at + 16, BY_ORDER) : undefined;
  if (ordered && !byOrder) return false;

  const hash = lookup3(name);
  const view = new DataView(byName.records.buffer, byName.records.byteOffset, byName.records.length);
  const hits = positions(byName).filter((position) => view.getUint32(position, true) === hash);
  // Two names with the same hash could only be told apart in the heap.
  if (hits.length !== 1) return false;
  const [hit] = hits as [number];
  const id = byName.records.subarray(hit + byName.prefix, hit + byName.size);
  const other = byOrder && positions(byOrder).find((position) => hasId(byOrder, position, id));
  if (byOrder && other === undefined) return false;
  removeRecord(file, byName, hit);
  if (byOrder) removeRecord(file, byOrder, other!);
  return true;
}

function readIndex(file: EditedFile, info: DataView, at: number, kind: number): FlatIndex | undefined {
  if (at + 8 > info.byteLength) return undefined;
  const header = Number(info.getBigUint64(at, true));
  const view = file.view(header, HEADER);
  if (!view || !hasSignature(view, 'BTHD') || view.getUint8(5) !== kind) return undefined;
  const size = view.getUint16(10, true);
  const depth = view.getUint16(12, true);
  const node = Number(view.getBigUint64(16, true));
  const count = view.getUint16(24, true);
  const prefix = size - LINK_ID;
  if (depth !== 0 || count < 2 || prefix !== (kind === BY_NAME ? 4 : 8)) return undefined;
  const head = file.view(node, NODE_HEAD);
  const records = file.view(node + NODE_HEAD, count * size);
  if (!head || !records || !hasSignature(head, 'BTLF') || head.getUint8(5) !== kind) return undefined;
  const isIntact =
    file.isIntact({ from: header, to: header + HEADER }) &&
    file.isIntact({ from: node, to: node + NODE_HEAD + count * size });
  return isIntact ? { header, node, size, prefix, records: bytesOf(records) } : undefined;
}

/** Returns the positions of the records. */
function positions({ records, size }: FlatIndex): number[] {
  return Array.from({ length: records.length / size }, (_, i) => i * size);
}

function hasId({ records, prefix }: FlatIndex, position: number, id: Uint8Array): boolean {
  return id.every((byte, i) => records[position + prefix + i] === byte);
}

function removeRecord(file: EditedFile, { header, node, size, records }: FlatIndex, position: number): void {
  const left = records.length - size;
  records.copyWithin(position, position + size);
  file.write(node + NODE_HEAD, records.subarray(0, left));
  file.writeChecksum({ from: node, to: node + NODE_HEAD + left });
  const counts = new DataView(new ArrayBuffer(10));
  counts.setUint16(0, left / size, true);
  counts.setBigUint64(2, BigInt(left / size), true);
  file.write(header + 24, bytesOf(counts));
  file.writeChecksum({ from: header, to: header + HEADER });
}
