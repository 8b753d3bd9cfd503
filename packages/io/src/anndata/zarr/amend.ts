import { checkFileVersion, writeDirectory } from '@geneformer-ts/core/node';
import { join, readFile, writeFile } from '@geneformer-ts/core/system';
import type { Element } from '../element.js';
import { newColumnOrder } from '../encoding/column-order.js';
import { writeDictionary, writeElement, writeRawPart } from '../encoding/write-element.js';
import { writeColumn, type WritableColumn } from '../encoding/write-frame.js';
import type { CopyOptions } from '../h5ad/copy-file.js';
import { ADDABLE, type Changes } from '../stored-elements.js';
import { consolidate } from './consolidate.js';
import type { ZarrContainer } from './container.js';
import { copyStore, filesOf } from './copy-store.js';
import { editMember, setMember } from './json-members.js';
import { zarrKind } from './kind.js';
import type { ZarrTree } from './nodes.js';
import type { StoreFiles } from './store-files.js';
import { ZarrWriter } from './writer.js';

/** gzip level of new arrays. */
const LEVEL = 1;

/** A store that is open for reading. */
export interface OpenStore {
  files: StoreFiles;
  tree: ZarrTree;
  file: ZarrContainer;
}

/**
 * Writes a copy of a zarr store with changes. All files of the input are copied as they are, also those that are not part of
 * zarr, except the list of columns of a table that gets new ones, the consolidated metadata, and values that are replaced. The
 * output appears completely or not at all, also if the process is killed. It may be the input.
 *
 * @param root path of the tables: empty, or ending with a slash
 * @throws FileAccessError when the input changed or the output cannot be written; ForeignFilesError when the output is a folder
 *   with other files than those of a store; UnsupportedError for a link in the store
 */
export async function amendZarr(
  store: OpenStore,
  root: string,
  path: string,
  changes: Changes,
  { isInput, ...options }: CopyOptions & { isInput: boolean },
): Promise<void> {
  const { files, tree, file } = store;
  const keys = await filesOf(files);
  const removed = replacedPaths(file, root, changes);
  const kept = keys.filter((key) => !removed.some((replaced) => key.startsWith(`${replaced}/`)));
  const checkInput = (): void => {
    if (files.diskPath !== undefined) checkFileVersion(join(files.diskPath, tree.rootFile), file.version!);
  };
  checkInput();
  await writeDirectory(
    path,
    async (temporary) => {
      await copyStore(files, kept, temporary, path, options);
      checkInput();
      const edited = columnEdits(file, tree.format, root, changes);
      for (const [group, edit] of edited) {
        const metadata = join(temporary, group, tree.format === 2 ? '.zattrs' : 'zarr.json');
        await writeFile(metadata, edit(await readFile(metadata, 'utf8')));
      }
      const writer = new ZarrWriter(temporary, tree.format, LEVEL, path);
      for (const group of ADDABLE) addGroup(writer, file, root, group, changes[group]);
      if (changes.raw?.value) writeRawPart(writer, `${root}raw`, changes.raw.value);
      const metadata = { added: writer.finish(), removed, edited };
      if (tree.consolidated !== undefined) await consolidate(temporary, tree.format, metadata);
      options.signal?.throwIfAborted();
    },
    zarrKind(isInput ? new Set(keys) : undefined),
  );
}

/** Returns the groups and arrays that get another value or none. Until anndata 0.7 the categories of a column are apart. */
function replacedPaths(file: ZarrContainer, root: string, changes: Changes): string[] {
  const parts = ADDABLE.flatMap((group) =>
    [...new Set([...changes[group].keys(), ...changes.removed[group]])].flatMap((name) => [
      `${root}${group}/${name}`,
      ...(group === 'obs' || group === 'var' ? [`${root}${group}/__categories/${name}`] : []),
    ]),
  );
  return [...(changes.raw ? [`${root}raw`] : []), ...parts].filter((path) => file.kind(path) !== undefined);
}

/** Returns the changes to the lists of columns, by table. */
function columnEdits(
  file: ZarrContainer,
  format: 2 | 3,
  root: string,
  changes: Changes,
): Map<string, (text: string) => string> {
  const edits = new Map<string, (text: string) => string>();
  for (const table of ['obs', 'var'] as const) {
    const path = `${root}${table}`;
    const order = newColumnOrder(file, path, file.keys(path), [...changes[table].keys()], changes.removed[table]);
    if (order === undefined) continue;
    const list = JSON.stringify(order);
    edits.set(path, (text) => {
      if (format === 3) return editMember(text, 'attributes', (attributes) => attributes.set('column-order', list));
      return setMember(text, 'column-order', list);
    });
  }
  return edits;
}

function addGroup(
  writer: ZarrWriter,
  file: ZarrContainer,
  root: string,
  group: (typeof ADDABLE)[number],
  added: ReadonlyMap<string, WritableColumn | Element>,
): void {
  const path = `${root}${group}`;
  if (added.size > 0 && file.kind(path) === undefined) writeDictionary(writer, path);
  for (const [name, value] of added) {
    if (group === 'obs' || group === 'var') writeColumn(writer, `${path}/${name}`, value as WritableColumn);
    else writeElement(writer, `${path}/${name}`, value);
  }
}
