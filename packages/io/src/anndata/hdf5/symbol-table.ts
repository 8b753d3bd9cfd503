import { bytesOf, type EditedFile } from './edited-file.js';

const NODE_HEAD = 24;
const ENTRY = 40;
/** Bytes of a key, and of a child, of a node of the tree. */
const WORD = 8;
/** Position of a neighbor that does not exist. */
const NONE = 0xffff_ffff_ffff_ffffn;
/** Deepest tree. Four levels can have 100 million names. */
const MAX_DEPTH = 8;

/**
 * A node of the tree with its children, which lie between keys: key 0, child 0, key 1, child 1, …, key n. Child i has the
 * names after key i, up to key i + 1, which is the last of them. Neighbors share the key between them.
 */
interface TreeNode {
  position: number;
  level: number;
  /** Positions of the neighbors of the same level. */
  left: bigint;
  right: bigint;
  keys: bigint[];
  children: bigint[];
}

/** A node on the way from the root to a leaf, with the number of the child that is next. */
interface Step {
  node: TreeNode;
  at: number;
}

/**
 * Removes a name from a group with a symbol table: a tree (HDF5 file format specification, III.A.1) whose leaves are nodes
 * with up to eight sorted entries each (III.B), with the names in a heap (III.D). The heap keeps the name. All keys stay as
 * the library expects them, because it would not find a name that it adds between wrong keys.
 *
 * @returns false if the name is not there or the table cannot be parsed; nothing is changed then
 */
export function unlinkSymbol(file: EditedFile, tree: number, heap: number, name: Uint8Array): boolean {
  const names = heapData(file, heap);
  return names !== undefined && removeBelow(file, tree, [], names, name);
}

function removeBelow(
  file: EditedFile,
  position: number,
  above: readonly Step[],
  names: Uint8Array,
  name: Uint8Array,
): boolean {
  const node = readNode(file, position);
  if (node === undefined || above.length >= MAX_DEPTH) return false;
  return node.children.some((child, at) => {
    const way = [...above, { node, at }];
    return node.level > 0
      ? removeBelow(file, Number(child), way, names, name)
      : removeFromLeaf(file, Number(child), way, names, name);
  });
}

function readNode(file: EditedFile, position: number): TreeNode | undefined {
  const head = file.view(position, NODE_HEAD);
  if (!head || !hasSignature(head, 'TREE') || head.getUint8(4) !== 0) return undefined;
  const used = head.getUint16(6, true);
  const body = file.view(position + NODE_HEAD, (2 * used + 1) * WORD);
  if (!body) return undefined;
  const word = (i: number): bigint => body.getBigUint64(i * WORD, true);
  return {
    position,
    level: head.getUint8(5),
    left: head.getBigUint64(8, true),
    right: head.getBigUint64(16, true),
    keys: Array.from({ length: used + 1 }, (_, i) => word(2 * i)),
    children: Array.from({ length: used }, (_, i) => word(2 * i + 1)),
  };
}

/** Removes the name from a leaf, or the leaf if it has no other name. */
function removeFromLeaf(
  file: EditedFile,
  position: number,
  way: readonly Step[],
  names: Uint8Array,
  name: Uint8Array,
): boolean {
  const head = file.view(position, 8);
  if (!head || !hasSignature(head, 'SNOD')) return false;
  const count = head.getUint16(6, true);
  const entries = file.view(position + 8, count * ENTRY);
  if (!entries) return false;
  const nameOf = (entry: number): bigint => entries.getBigUint64(entry * ENTRY, true);
  let found = 0;
  while (found < count && !hasName(names, Number(nameOf(found)), name)) found++;
  if (found === count) return false;
  if (count === 1) {
    removeChild(file, way);
    return true;
  }
  if (found === count - 1) setLastKey(file, way, nameOf(count - 2));
  const bytes = bytesOf(entries);
  bytes.copyWithin(found * ENTRY, (found + 1) * ENTRY);
  bytes.fill(0, (count - 1) * ENTRY);
  file.write(position + 8, bytes);
  file.write(position + 6, twoBytes(count - 1));
  return true;
}

/** Sets the key after the child at the end of the way: in its node, and wherever neighbors share it. */
function setLastKey(file: EditedFile, way: readonly Step[], key: bigint): void {
  for (const { node, at } of [...way].reverse()) {
    file.write(node.position + NODE_HEAD + 2 * (at + 1) * WORD, eightBytes(key));
    if (at + 1 < node.children.length) return;
    setFirstKey(file, node.right, key);
  }
}

function setFirstKey(file: EditedFile, node: bigint, key: bigint): void {
  if (node !== NONE) file.write(Number(node) + NODE_HEAD, eightBytes(key));
}

/** Removes the child at the end of the way. A node without children leaves its parent too. The key before the child stays. */
function removeChild(file: EditedFile, way: readonly Step[]): void {
  const above = way.slice(0, -1);
  const { node, at } = way.at(-1)!;
  const { position, left, right, keys, children } = node;
  const key = keys[at];
  if (children.length === 1) {
    // A tree without names is one node of level 0, as in a new group.
    if (above.length === 0) return file.write(position + 5, Uint8Array.of(0, 0, 0));
    if (left !== NONE) file.write(Number(left) + 16, eightBytes(right));
    if (right !== NONE) file.write(Number(right) + 8, eightBytes(left));
    setFirstKey(file, right, key);
    return removeChild(file, above);
  }
  const rest = keys.flatMap((before, i) => (i === at + 1 ? [] : [before]));
  const others = children.filter((_, i) => i !== at);
  const words = rest.flatMap((before, i) => (i < others.length ? [before, others[i]] : [before]));
  file.write(position + NODE_HEAD, bytesOf(new DataView(BigUint64Array.from(words).buffer)));
  file.write(position + 6, twoBytes(others.length));
  if (at + 1 < children.length) return;
  setFirstKey(file, right, key);
  setLastKey(file, above, key);
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
