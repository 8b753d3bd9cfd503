import type { Element } from '../element.js';
import type { RawContents } from '../raw-part.js';
import { HdfWriter } from '../hdf5/writer.js';
import { writeDictionary, writeElement, writeRawPart } from '../encoding/write-element.js';
import { type WritableColumn, writeColumn, writeColumnOrder } from '../encoding/write-frame.js';

/** gzip level of new lists, as in `writeH5ad`. */
const LEVEL = 1;

/** An object of the file whose name is to be removed, because the name gets another value. */
export interface Removal {
  /** Position of the header of its group. */
  group: number;
  name: string;
  path: string;
}

/** Changes to one group of the file. Consists of plain data, so that it can be sent to a thread. */
export interface GroupPlan {
  path: string;
  /** The top has `raw` and no other value. */
  kind: 'table' | 'dictionary' | 'top';
  isNew: boolean;
  /** Names of the group before that stay. */
  before: string[];
  added: ReadonlyMap<string, WritableColumn | Element | RawContents>;
  removals: Removal[];
  /** Tables: names of the columns in the new order, if it changes. */
  order: string[] | undefined;
  hasOrder: boolean;
}

/**
 * Adds values to a file with the HDF5 library, in place.
 *
 * @param path of the output, for messages
 * @throws FileAccessError
 */
export async function addGroups(temporary: string, path: string, plans: readonly GroupPlan[]): Promise<void> {
  const file = await HdfWriter.amend(temporary, LEVEL, path);
  try {
    for (const plan of plans) addGroup(file, plan);
    await file.finish();
  } finally {
    file.close();
  }
}

/** Returns the path of a member of a group; the path of the top is empty. */
export function memberOf(group: string, name: string): string {
  return group === '' ? name : `${group}/${name}`;
}

function addGroup(file: HdfWriter, { path, kind, isNew, added, order, hasOrder }: GroupPlan): void {
  if (isNew) writeDictionary(file, path);
  for (const [name, value] of added) {
    const member = memberOf(path, name);
    if (kind === 'table') writeColumn(file, member, value as WritableColumn);
    else if (kind === 'top') writeRawPart(file, member, value as RawContents);
    else writeElement(file, member, value as Element);
  }
  if (order === undefined) return;
  if (hasOrder) file.deleteAttribute(path, 'column-order');
  writeColumnOrder(file, path, order);
}
