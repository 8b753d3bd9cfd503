import h5wasm, { BrokenSoftLink, type Dataset, type Group } from 'h5wasm/node';
import { resolve } from 'node:path';
import { attempt, loadHdf5 } from '../anndata/hdf5/library.js';

/** Facts of each group, dataset and link of an HDF5 file by path, to compare two files. */
export type Tree = Map<string, unknown>;

/**
 * Describes everything in a file: types, shapes, chunks, filters, values, and attributes with their types. Independent of
 * the readers of this package.
 */
export async function treeOf(path: string): Promise<Tree> {
  await loadHdf5();
  const whole = resolve(path);
  const file = attempt(() => new h5wasm.File(whole, 'r'), whole);
  const tree: Tree = new Map();
  try {
    describe(file, '', tree);
  } finally {
    attempt(() => file.close());
  }
  return tree;
}

function describe(group: Group, path: string, tree: Tree): void {
  tree.set(path || '/', { kind: 'group', attributes: attributesOf(group) });
  for (const name of attempt(() => group.keys()).sort()) {
    const here = path === '' ? name : `${path}/${name}`;
    const link = linkOf(group, here);
    if (link !== undefined) {
      tree.set(here, { kind: 'link', link });
      continue;
    }
    const item = attempt(() => group.get(name));
    if (item instanceof h5wasm.Group) describe(item, here, tree);
    else if (item instanceof h5wasm.Dataset) tree.set(here, datasetOf(item));
    else tree.set(here, { kind: item instanceof BrokenSoftLink ? 'broken link' : 'other' });
  }
}

/** Returns the target of a soft link or of a link to another file, which is not followed. */
function linkOf(group: Group, path: string): unknown {
  const soft = attempt(() => group.get_link(path)) as string | null;
  if (soft !== null) return soft;
  const { filename, obj_path: target } = attempt(() => group.get_external_link(path));
  return filename === undefined ? undefined : { filename, target };
}

function datasetOf(dataset: Dataset): unknown {
  const { metadata, filters } = attempt(() => ({ metadata: dataset.metadata, filters: dataset.filters }));
  const value = attempt(() => dataset.value);
  return { kind: 'dataset', metadata, filters, value: plain(value), attributes: attributesOf(dataset) };
}

function attributesOf(item: Group | Dataset): unknown {
  return attempt(() =>
    Object.fromEntries(
      Object.entries(item.attrs).map(([name, { metadata, value }]) => [name, { metadata, value: plain(value) }]),
    ),
  );
}

/** Returns a value in which equal contents are equal. A reference is equal to none, as its bytes are an address. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return [value.constructor.name, ...(value as unknown as number[])];
  return value;
}
