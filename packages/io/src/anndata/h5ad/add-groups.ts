import type { Element } from '../element.js';
import { HdfWriter } from '../hdf5/writer.js';
import { writeDictionary, writeElement } from '../encoding/write-element.js';
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
  isTable: boolean;
  isNew: boolean;
  /** Names of the group before that stay. */
  before: string[];
  added: ReadonlyMap<string, WritableColumn | Element>;
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

function addGroup(file: HdfWriter, { path, isTable, isNew, added, order, hasOrder }: GroupPlan): void {
  if (isNew) writeDictionary(file, path);
  for (const [name, value] of added) {
    if (isTable) writeColumn(file, `${path}/${name}`, value as WritableColumn);
    else writeElement(file, `${path}/${name}`, value);
  }
  if (order === undefined) return;
  if (hasOrder) file.deleteAttribute(path, 'column-order');
  writeColumnOrder(file, path, order);
}
