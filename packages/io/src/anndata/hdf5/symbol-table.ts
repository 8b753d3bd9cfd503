import { bytesOf, type EditedFile } from './edited-file.js';

const NODE_HEAD = 24;
const ENTRY = 40;
/** Bytes of a key, and of a child, of a node of the tree. */
const WORD = 8;
/** Deepest tree. Four levels have room for 100 million names. */
const MAX_DEPTH = 8;

/** A node of the tree with its children, which lie between keys: key 0, child 0, key 1, child 1, …, key n. */
interface TreeNode {
  position: number;
  level: number;
  children: number[];
}

/**
 * Removes a name from a group with a symbol table: a tree (HDF5 file format specification, III.A.1) whose leaves are nodes
 * with up to eight sorted entries each (III.B), with the names in a heap (III.D). The heap keeps the name, to which keys of
 * the tree may refer.
 *
 * @returns false if the name is not there or the table cannot be parsed; nothing is changed then
 */
export function unlinkSymbol(file: EditedFile, tree: number, heap: number, name: Uint8Array): boolean {
  const names = heapData(file, heap);
  return names !== undefined && removeBelow(file, tree, true, names, name, MAX_DEPTH);
}

function removeBelow(
  file: EditedFile,
  position: number,
  isRoot: boolean,
  names: Uint8Array,
  name: Uint8Array,
  depth: number,
): boolean {
  const node = readNode(file, position);
  if (node === undefined || depth === 0) return false;
  if (node.level > 0) {
    return node.children.some((child) => removeBelow(file, child, false, names, name, depth - 1));
  }
  return node.children.some((_, at) => removeFromLeaf(file, node, isRoot, at, names, name));
}

function readNode(file: EditedFile, position: number): TreeNode | undefined {
  const head = file.view(position, NODE_HEAD);
  if (!head || !hasSignature(head, 'TREE') || head.getUint8(4) !== 0) return undefined;
  const used = head.getUint16(6, true);
  const body = file.view(position + NODE_HEAD, (2 * used + 1) * WORD);
  if (!body) return undefined;
  const children = Array.from({ length: used }, (_, at) => Number(body.getBigUint64((2 * at + 1) * WORD, true)));
  return { position, level: head.getUint8(5), children };
}

/** Removes the name from the `at`th leaf of a node. A leaf that would be empty leaves the tree, as in the library. */
function removeFromLeaf(
  file: EditedFile,
  node: TreeNode,
  isRoot: boolean,
  at: number,
  names: Uint8Array,
  name: Uint8Array,
): boolean {
  const position = node.children[at]!;
  const head = file.view(position, 8);
  if (!head || !hasSignature(head, 'SNOD')) return false;
  const count = head.getUint16(6, true);
  const entries = file.view(position + 8, count * ENTRY);
  if (!entries) return false;
  let found = 0;
  while (found < count && !hasName(names, Number(entries.getBigUint64(found * ENTRY, true)), name)) found++;
  if (found === count) return false;
  if (count === 1) return removeLeaf(file, node, isRoot, at);
  const bytes = bytesOf(entries);
  bytes.copyWithin(found * ENTRY, (found + 1) * ENTRY);
  bytes.fill(0, (count - 1) * ENTRY);
  file.write(position + 8, bytes);
  file.write(position + 6, twoBytes(count - 1));
  return true;
}

/**
 * Removes a leaf from its node. One of the two keys beside it goes too, never the first or last key of the node, so that the
 * leaves beside it cover its range and the nodes above stay right.
 */
function removeLeaf(file: EditedFile, { position, children }: TreeNode, isRoot: boolean, at: number): boolean {
  const count = children.length;
  if (count === 1) {
    if (!isRoot) return false;
    file.write(position + 6, twoBytes(0));
    return true;
  }
  const body = bytesOf(file.view(position + NODE_HEAD, (2 * count + 1) * WORD)!);
  // Drops child 0 and key 1, or key i and child i.
  const from = at === 0 ? WORD : 2 * at * WORD;
  body.copyWithin(from, from + 2 * WORD);
  file.write(position + NODE_HEAD, body.subarray(0, (2 * count - 1) * WORD));
  file.write(position + 6, twoBytes(count - 1));
  return true;
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

function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value & 255, value >> 8);
}
