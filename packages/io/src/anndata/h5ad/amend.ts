import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import { replaceFile } from '@geneformer-ts/core/node';
import type { Element } from '../element.js';
import { newColumnOrder } from '../encoding/column-order.js';
import { EditedFile } from '../hdf5/edited-file.js';
import type { HdfInput } from '../hdf5/disk-copy.js';
import { HdfFile } from '../hdf5/file.js';
import { addGuarded } from '../hdf5/guarded.js';
import { unlink } from '../hdf5/unlink.js';
import { type Addable, ADDABLE, type Changes } from '../stored-elements.js';
import { type GroupPlan, memberOf, type Removal } from './add-groups.js';
import { type CopyOptions, copyWhole } from './copy-file.js';
import { flush } from './write.js';
import type { WritableColumn } from '../encoding/write-frame.js';
import type { RawContents } from '../raw-part.js';

/**
 * Writes a copy of an AnnData file with changes. The bytes of the input are copied, and the HDF5 library adds objects to
 * the copy, so everything else stays as it is: types, compression, chunks, attributes and encodings that this package does
 * not know. The output appears completely or not at all, also if the process is killed. It may be the input.
 *
 * A value that is replaced or removed keeps its bytes in the file, without a name, as it does when h5py deletes it.
 *
 * @param root path of the tables: empty, or ending with a slash
 * @param isInput whether `path` is the file that is read
 * @throws FileAccessError when the input changed or the output cannot be written; FormatError; UnsupportedError
 */
export async function amendH5ad(
  input: HdfInput,
  version: string,
  root: string,
  path: string,
  changes: Changes,
  { isInput, ...options }: CopyOptions & { isInput: boolean },
): Promise<void> {
  const file = await HdfFile.open(input, version);
  try {
    const plans = planAll(file, root, changes);
    await replaceFile(path, async (temporary) => {
      await copyWhole(file.diskPath, temporary, path, version, options);
      options.signal?.throwIfAborted();
      if (plans.length > 0) {
        removeNames(temporary, path, plans);
        await addGuarded(temporary, path, plans);
        await verify(temporary, path, plans);
      }
      await flush(temporary);
      options.signal?.throwIfAborted();
      // Another program may have replaced the input, whose changes would be lost.
      if (isInput) file.checkCurrent();
    });
  } finally {
    file.close();
  }
}

function planAll(file: HdfFile, root: string, changes: Changes): GroupPlan[] {
  const changed = (group: Addable): boolean => changes[group].size > 0 || changes.removed[group].length > 0;
  const plans = ADDABLE.filter(changed).map((group) =>
    planGroup(file, `${root}${group}`, group === 'obs' || group === 'var', changes[group], changes.removed[group]),
  );
  return changes.raw ? [...plans, planTop(file, root, changes.raw.value, plans)] : plans;
}

/** Until anndata 0.7, `raw` is three members of the top. */
const RAW_NAMES = ['raw', 'raw.X', 'raw.var', 'raw.varm'];

/** Plans a new value of `raw`, or its removal. @param plans those of other groups, which may be new members of the top */
function planTop(file: HdfFile, root: string, raw: RawContents | undefined, plans: readonly GroupPlan[]): GroupPlan {
  const path = root.replace(/\/$/, '');
  const names = file.keys(path);
  const created = plans.filter(({ isNew }) => isNew).map((plan) => plan.path.slice(root.length));
  return {
    path,
    kind: 'top',
    isNew: false,
    before: [...names.filter((name) => !RAW_NAMES.includes(name)), ...created],
    added: new Map(raw ? [['raw', raw]] : []),
    removals: RAW_NAMES.flatMap((name) => removalOf(file, path, names, name)),
    order: undefined,
    hasOrder: false,
  };
}

function planGroup(
  file: HdfFile,
  path: string,
  isTable: boolean,
  added: ReadonlyMap<string, WritableColumn | Element>,
  removed: readonly string[],
): GroupPlan {
  const kind = file.kind(path);
  if (kind === 'dataset') {
    const remedy = 'write the file again with a current anndata';
    throw new UnsupportedError(file.path, path, 'adding to a dataset instead of a group', remedy);
  }
  const before = file.keys(path);
  const removals: Removal[] = [];
  for (const name of new Set([...added.keys(), ...removed])) {
    removals.push(...removalOf(file, path, before, name));
    // Until anndata 0.7 the categories of a column are apart, and would be taken for those of the new one.
    if (isTable) removals.push(...removalOf(file, `${path}/__categories`, file.keys(`${path}/__categories`), name));
  }
  const stored = isTable ? file.attribute(path, 'column-order') : undefined;
  const order = isTable ? newColumnOrder(file, path, before, [...added.keys()], removed) : undefined;
  const kept = before.filter((name) => !removed.includes(name));
  return {
    path,
    kind: isTable ? 'table' : 'dictionary',
    isNew: kind === undefined,
    before: kept,
    added,
    removals,
    order,
    hasOrder: stored !== undefined,
  };
}

function removalOf(file: HdfFile, group: string, names: readonly string[], name: string): Removal[] {
  return names.includes(name) ? [{ group: file.address(group), name, path: memberOf(group, name) }] : [];
}

/** @throws UnsupportedError when a name cannot be removed from a group of this form */
function removeNames(temporary: string, path: string, plans: readonly GroupPlan[]): void {
  const removals = plans.flatMap((plan) => plan.removals);
  if (removals.length === 0) return;
  const file = EditedFile.open(temporary);
  try {
    for (const { group, name, path: named } of removals) {
      if (unlink(file, group, name)) continue;
      const remedy =
        'keep it and use another name, or write the file again in Python with h5py and its default settings';
      throw new UnsupportedError(path, named, 'replacing or removing a value in this form of HDF5 group', remedy);
    }
  } finally {
    file.close();
  }
}

/** Reads the names of each changed group back, so that no damaged file replaces a good one. */
async function verify(temporary: string, path: string, plans: readonly GroupPlan[]): Promise<void> {
  const file = await HdfFile.open({ name: path, path: temporary, remove: () => undefined });
  try {
    for (const plan of plans) {
      const expected = [...new Set([...plan.before, ...plan.added.keys()])].sort();
      const found = file.keys(plan.path);
      const differs = found.length !== expected.length || found.some((name, i) => name !== expected[i]);
      const missing = [...plan.added.keys()].find((name) => file.kind(memberOf(plan.path, name)) === undefined);
      if (!differs && missing === undefined) continue;
      const problem = 'does not have the expected names after writing';
      throw new FormatError(path, plan.path, problem, 'the earlier file is unchanged; report this as a bug');
    }
  } finally {
    file.close();
  }
}
