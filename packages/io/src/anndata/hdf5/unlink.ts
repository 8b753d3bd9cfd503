import { unlinkDense } from './dense-links.js';
import { bytesOf, type EditedFile } from './edited-file.js';
import { type LocatedMessage, messagesAt } from './layout.js';
import { unlinkSymbol } from './symbol-table.js';

const LINK_INFO = 0x02;
const LINK = 0x06;
const SYMBOL_TABLE = 0x11;

/**
 * Removes a name from the group whose object header is at `group`, because the library of this package has no function for
 * it. The object stays in the file without a name, as it does after `del` in h5py. All other bytes stay as they are.
 *
 * Supports the three forms of groups (HDF5 file format specification, IV.A.2): symbol tables, link messages in the header,
 * and links in an index of one node (up to about 45 names).
 *
 * @returns false if the name is not there, or if its removal is not supported; nothing is changed then
 */
export function unlink(file: EditedFile, group: number, name: string): boolean {
  const wanted = new TextEncoder().encode(name);
  for (const message of messagesAt(file, group)) {
    if (message.flags & 2) continue;
    if (message.type === SYMBOL_TABLE && message.body.byteLength >= 16) {
      const [tree, heap] = [addressIn(message.body, 0), addressIn(message.body, 8)];
      return unlinkSymbol(file, tree, heap, wanted);
    }
    if (message.type === LINK && isLinkTo(message.body, wanted)) return removeMessage(file, message);
    if (message.type === LINK_INFO && unlinkDense(file, message.body, wanted)) return true;
  }
  return false;
}

/** Returns whether a link message (IV.A.2.g) has the name. */
function isLinkTo(body: DataView, name: Uint8Array): boolean {
  const bytes = bytesOf(body);
  if (bytes.length < 3 || bytes[0] !== 1) return false;
  const flags = bytes[1];
  let at = 2 + (flags & 8 ? 1 : 0) + (flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0);
  const width = 1 << (flags & 3);
  let length = 0;
  for (let i = width - 1; i >= 0; i--) length = length * 256 + (bytes[at + i] ?? 0);
  at += width;
  return length === name.length && name.every((byte, i) => bytes[at + i] === byte);
}

/** Turns a message of an object header into an unused one. */
function removeMessage(file: EditedFile, { position, head, body, checked }: LocatedMessage): boolean {
  if (checked && !file.isIntact(checked)) return false;
  // The type, which is 0 for an unused message, has two bytes in version 1. The size before the body stays.
  if (head === 8) {
    file.write(position - 8, Uint8Array.of(0, 0));
    file.write(position - 4, Uint8Array.of(0));
  } else {
    file.write(position - head, Uint8Array.of(0));
    file.write(position - head + 3, Uint8Array.of(0));
  }
  file.write(position, new Uint8Array(body.byteLength));
  if (checked) file.writeChecksum(checked);
  return true;
}

/** Returns an address; NaN if it is undefined. */
function addressIn(view: DataView, at: number): number {
  const address = view.getBigUint64(at, true);
  return address === 0xffff_ffff_ffff_ffffn ? NaN : Number(address);
}
