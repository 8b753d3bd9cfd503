import { bytesOf, type EditedFile } from './edited-file.js';

const NODE_HEAD = 24;
const ENTRY = 40;
/** Bytes of a key, and of a child, of a node of the tree. */
const WORD = 8;
/** Position of a neighbor that does not exist. */
const NONE = 0xffff_ffff_ffff_ffffn;
/** Deepest tree. Four levels can have 100 million names. */
const MAX_DEPTH = 8;

/** A node of the tree with its children, which lie between keys: key 0, child 0, key 1, child 1, …, key n. */
interface TreeNode {
  position: number;
  level: number;
  /** Positions of the neighbors of the same level. */
  left: bigint;
  right: bigint;
  children: number[];
}

/** Whether a name was removed, and whether that left its node without children. */
type Outcome = 'absent' | 'removed' | 'emptied';

/**
 * Removes a name from a group with a symbol table: a tree (HDF5 file format specification, III.A.1) whose leaves are nodes
 * with up to eight sorted entries each (III.B), with the names in a heap (III.D). The heap keeps the name, to which keys of
 * the tree may refer.
 *
 * @returns false if the name is not there or the table cannot be parsed; nothing is changed then
 */
export function unlinkSymbol(file: EditedFile, tree: number, heap: number, name: Uint8Array): boolean {
  const names = heapData(file, heap);
  if (names === undefined) return false;
  const outcome = removeBelow(file, tree, names, name, MAX_DEPTH);
  // A tree without names is one node of level 0, as in a new group.
  if (outcome === 'emptied') file.write(tree + 5, Uint8Array.of(0, 0, 0));
  return outcome !== 'absent';
}

function removeBelow(file: EditedFile, position: number, names: Uint8Array, name: Uint8Array, depth: number): Outcome {
  const node = readNode(file, position);
  if (node === undefined || depth === 0) return 'absent';
  for (const [at, child] of node.children.entries()) {
    const outcome =
      node.level > 0 ? removeBelow(file, child, names, name, depth - 1) : removeFromLeaf(file, child, names, name);
    if (outcome === 'removed') return 'removed';
    if (outcome === 'emptied') return removeChild(file, node, at);
  }
  return 'absent';
}

function readNode(file: EditedFile, position: number): TreeNode | undefined {
  const head = file.view(position, NODE_HEAD);
  if (!head || !hasSignature(head, 'TREE') || head.getUint8(4) !== 0) return undefined;
  const used = head.getUint16(6, true);
  const body = file.view(position + NODE_HEAD, (2 * used + 1) * WORD);
  if (!body) return undefined;
  const children = Array.from({ length: used }, (_, at) => Number(body.getBigUint64((2 * at + 1) * WORD, true)));
  const [left, right] = [head.getBigUint64(8, true), head.getBigUint64(16, true)];
  return { position, level: head.getUint8(5), left, right, children };
}

/** Removes the name from a leaf. A leaf with one entry stays as it is, because the library has no empty leaves. */
function removeFromLeaf(file: EditedFile, position: number, names: Uint8Array, name: Uint8Array): Outcome {
  const head = file.view(position, 8);
  if (!head || !hasSignature(head, 'SNOD')) return 'absent';
  const count = head.getUint16(6, true);
  const entries = file.view(position + 8, count * ENTRY);
  if (!entries) return 'absent';
  let found = 0;
  while (found < count && !hasName(names, Number(entries.getBigUint64(found * ENTRY, true)), name)) found++;
  if (found === count) return 'absent';
  if (count === 1) return 'emptied';
  const bytes = bytesOf(entries);
  bytes.copyWithin(found * ENTRY, (found + 1) * ENTRY);
  bytes.fill(0, (count - 1) * ENTRY);
  file.write(position + 8, bytes);
  file.write(position + 6, twoBytes(count - 1));
  return 'removed';
}

/**
 * Removes a child from its node. One of the two keys beside it goes too, never the first or last key of the node, so that the
 * children beside it cover its range and the nodes above stay right.
 */
function removeChild(file: EditedFile, { position, children, left, right }: TreeNode, at: number): Outcome {
  const count = children.length;
  if (count === 1) {
    // The neighbors of a node that leaves the tree become neighbors of each other.
    if (left !== NONE) file.write(Number(left) + 16, eightBytes(right));
    if (right !== NONE) file.write(Number(right) + 8, eightBytes(left));
    return 'emptied';
  }
  const body = bytesOf(file.view(position + NODE_HEAD, (2 * count + 1) * WORD)!);
  // Drops child 0 and key 1, or key i and child i.
  const from = at === 0 ? WORD : 2 * at * WORD;
  body.copyWithin(from, from + 2 * WORD);
  file.write(position + NODE_HEAD, body.subarray(0, (2 * count - 1) * WORD));
  file.write(position + 6, twoBytes(count - 1));
  return 'removed';
}

/** Returns the names of a local heap. */
function heapData(file: EditedFile, heap: number): Uint8Array | undefined {
  const head = file.view(heap, 32);
  if (!head || !hasSignature(head, 'HEAP')) return undefined;
  const length = Number(head.getBigUint64(8, true));
  const data = file.view(Number(head.getBigUint64(24, true)), Math.min(length, file.size));
  return data && bytesOf(data);
}

/** Returns whether the text at `at` of the heap, which ends at a null character, is `name`. */
function hasName(names: Uint8Array, at: number, name: Uint8Array): boolean {
  return names[at + name.length] === 0 && name.every((byte, i) => names[at + i] === byte);
}

/** Returns whether bytes begin with a signature. */
export function hasSignature(view: DataView, signature: string): boolean {
  return [...signature].every((letter, i) => view.getUint8(i) === letter.charCodeAt(0));
}

function eightBytes(value: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value, true);
  return bytesOf(view);
}

function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value & 255, value >> 8);
}
