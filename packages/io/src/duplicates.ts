/** Names that occur more than once. */
export interface Duplicates {
  /** How many different names occur more than once. */
  names: number;
  /** Rows whose name an earlier row has too. */
  rows: number;
  /** The first of those names, in file order. */
  first: string[];
}

/** Names shown of those that occur more than once. */
const SHOWN = 5;

/**
 * Finds the names that occur more than once. Holds about 10 bytes per name beside the names themselves, and has no limit
 * such as the 16.7 million entries of a `Set`.
 *
 * @returns undefined when every name occurs once
 */
export function findDuplicates(names: readonly string[]): Duplicates | undefined {
  // Open addressing: a slot holds 1 + the row of the first name that fell there.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, 2 * names.length))));
  const mask = slots.length - 1;
  const repeated = new Uint8Array(names.length);
  const found: Duplicates = { names: 0, rows: 0, first: [] };
  for (let row = 0; row < names.length; row++) {
    const name = names[row];
    let slot = hash(name) & mask;
    while (slots[slot] !== 0 && names[slots[slot] - 1] !== name) slot = (slot + 1) & mask;
    if (slots[slot] === 0) {
      slots[slot] = row + 1;
      continue;
    }
    const earlier = slots[slot] - 1;
    found.rows++;
    if (repeated[earlier] === 1) continue;
    repeated[earlier] = 1;
    found.names++;
    if (found.first.length < SHOWN) found.first.push(name);
  }
  return found.rows > 0 ? found : undefined;
}

/** FNV-1a over the characters, mixed once more because barcodes differ in few of them. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return value ^ (value >>> 13);
}
