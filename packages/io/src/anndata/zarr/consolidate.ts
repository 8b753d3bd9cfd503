import { join, readFile, writeFile } from '@geneformer-ts/core/system';
import { editMember, type Members, membersOf, setMember, textOfMembers } from './json-members.js';

/** Changes to the metadata of a store. */
export interface MetadataChanges {
  /** Texts of new metadata files by their key. */
  added: ReadonlyMap<string, string>;
  /** Groups and arrays that were removed, with everything below them. */
  removed?: readonly string[];
  /** Edits of the metadata of groups by path. */
  edited?: ReadonlyMap<string, (text: string) => string>;
}

/** Adds changes to the consolidated metadata of a store, of which everything else stays as it is written. */
export async function consolidate(folder: string, format: 2 | 3, changes: MetadataChanges): Promise<void> {
  const path = join(folder, format === 2 ? '.zmetadata' : 'zarr.json');
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '{}';
    throw cause;
  });
  await writeFile(path, format === 2 ? consolidated2(text, changes) : consolidated3(text, changes));
}

function consolidated2(text: string, { added, removed = [], edited }: MetadataChanges): string {
  const whole = editMember(text, 'metadata', (metadata) => {
    drop(metadata, removed);
    for (const [key, value] of added) metadata.set(key, value);
    for (const [path, edit] of edited ?? []) change(metadata, path === '' ? '.zattrs' : `${path}/.zattrs`, edit);
    sort(metadata);
  });
  return setMember(whole, 'zarr_consolidated_format', '1');
}

function consolidated3(text: string, { added, removed = [], edited }: MetadataChanges): string {
  return editMember(text, 'consolidated_metadata', (all) => {
    const metadata = membersOf(all.get('metadata') ?? '{}');
    drop(metadata, removed);
    for (const [key, value] of added) if (key !== 'zarr.json') metadata.set(key.slice(0, key.lastIndexOf('/')), value);
    for (const [path, edit] of edited ?? []) change(metadata, path, edit);
    sort(metadata);
    all.set('kind', '"inline"');
    all.set('must_understand', 'false');
    all.set('metadata', textOfMembers(metadata));
  });
}

function drop(metadata: Members, removed: readonly string[]): void {
  for (const key of [...metadata.keys()]) {
    if (removed.some((path) => key === path || key.startsWith(`${path}/`))) metadata.delete(key);
  }
}

function change(metadata: Members, key: string, edit: (text: string) => string): void {
  metadata.set(key, edit(metadata.get(key) ?? '{}'));
}

/** Sorts by depth and then by path, because zarr-python expects the nodes of a group one after the other. */
function sort(metadata: Members): void {
  const depth = (key: string): number => key.split('/').length;
  const parent = (key: string): string => key.slice(0, Math.max(0, key.replace(/\/?\.z\w+$/, '').lastIndexOf('/')));
  const order = (a: string, b: string): number => depth(a) - depth(b) || compare(parent(a), parent(b)) || compare(a, b);
  const entries = [...metadata].sort(([a], [b]) => order(a, b));
  metadata.clear();
  for (const [key, value] of entries) metadata.set(key, value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
